import type { REST } from '@discordjs/rest';
import { type APIMessage, Routes } from 'discord-api-types/v10';
import type { Logger } from 'pino';
import { messageOf } from '../../../lib/errors.ts';
import type { Place } from '../../port.ts';
import type { Sendable } from '../attachments.ts';
import { LIMITS } from '../limits.ts';

/** A token is valid for 15 minutes; a call under way then must not fail. */
const GOOD_FOR_MS = LIMITS.tokenMs - 60_000;
const MOST_KEPT = 1000;

/** The tokens of the last clicks on messages. */
export interface ClickTokens {
  /** A click on this message was acknowledged as one that updates it. */
  clicked(place: Pick<Place, 'id'>, applicationId: string, token: string): void;
  /** Whether a usable token exists for this message. */
  has(place: Pick<Place, 'id'>): boolean;
  /**
   * Changes a message by its click's token, outside of the channel's limit: whoever clicked sees the result at
   * once, even if many updates wait.
   * @returns the message; null if that is not possible, then use an ordinary update
   */
  change(place: Pick<Place, 'id'>, message: Sendable): Promise<APIMessage | null>;
}

/** @param now time in ms */
export const createClickTokens = (
  rest: REST,
  log: Logger,
  now: () => number = () => performance.now(),
): ClickTokens => {
  const tokens = new Map<
    string,
    { readonly applicationId: string; readonly token: string; readonly until: number }
  >();
  const find = ({ id }: Pick<Place, 'id'>) => {
    const found = tokens.get(id);
    return found === undefined || now() > found.until ? null : found;
  };
  return {
    clicked: ({ id }, applicationId, token) => {
      tokens.delete(id);
      tokens.set(id, { applicationId, token, until: now() + GOOD_FOR_MS });
      const [oldest] = tokens.keys();
      if (tokens.size > MOST_KEPT && oldest !== undefined) tokens.delete(oldest);
    },
    has: (place) => find(place) !== null,
    change: async (place, { body, files }) => {
      const found = find(place);
      if (found === null) return null;
      try {
        const route = Routes.webhookMessage(found.applicationId, found.token, '@original');
        return (await rest.patch(route, { body, files, auth: false })) as APIMessage;
      } catch (error) {
        tokens.delete(place.id);
        log.debug({ error: messageOf(error) }, 'a message could not be changed by the token of its click');
        return null;
      }
    },
  };
};
