import { randomInt } from 'node:crypto';
import { SlackApiError } from '../web-api/api-error.ts';
import { newSecret } from '../workspace/ids.ts';

/** Validity of a trigger_id, ms. */
const TRIGGER_LIFETIME_MS = 3_000;

export interface Triggers {
  /** A trigger_id of a person's click or command. */
  readonly issue: (user: string) => string;
  /** The person of a trigger, once, within 3 s; Slack's error otherwise. */
  readonly exchange: (trigger: string) => string;
  readonly expireAll: () => void;
}

/** `now` in ms; must be monotonic. */
export const createTriggers = (now: () => number = () => performance.now()): Triggers => {
  const open = new Map<string, { readonly user: string; readonly until: number; used: boolean }>();
  return {
    issue: (user) => {
      for (const [id, { until }] of open) if (until + 60_000 < now()) open.delete(id);
      const id = `${randomInt(10 ** 12)}.${randomInt(10 ** 12)}.${newSecret()}`;
      open.set(id, { user, until: now() + TRIGGER_LIFETIME_MS, used: false });
      return id;
    },
    exchange: (id) => {
      const trigger = open.get(id);
      if (trigger === undefined) {
        const shaped = /^\d+\.\d+\.[0-9a-f]+$/.test(id);
        throw new SlackApiError(shaped ? 'expired_trigger_id' : 'invalid_trigger_id');
      }
      if (trigger.used) throw new SlackApiError('exchanged_trigger_id');
      if (now() > trigger.until) throw new SlackApiError('expired_trigger_id');
      trigger.used = true;
      return trigger.user;
    },
    expireAll: () => open.clear(),
  };
};
