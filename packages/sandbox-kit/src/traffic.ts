import type { JsonObject } from './json.ts';

/** One call or event between the bot and the workspace, for the traffic panel. */
export interface TrafficEntry {
  readonly id: number;
  readonly at: string;
  /** `out`: a call of the bot; `in`: an event for the bot. */
  readonly direction: 'out' | 'in';
  readonly kind: 'api' | 'envelope' | 'event' | 'ack' | 'response_url' | 'upload' | 'connection';
  /** Method or envelope type. */
  readonly name: string;
  /** `ok`, an error name, an HTTP status, or a retry. */
  readonly outcome: string;
  readonly ms?: number;
  readonly detail: string;
}

export interface Traffic {
  readonly record: (entry: Omit<TrafficEntry, 'id' | 'at' | 'detail'> & { detail: JsonObject }) => void;
  /** Entries newer than this id, oldest first. */
  readonly since: (id: number) => readonly TrafficEntry[];
  readonly onEntry: (listener: (entry: TrafficEntry) => void) => () => void;
}

const KEPT = 400;
const DETAIL_CHARACTERS = 6_000;

/** Keeps the last 400 entries, without tokens and tickets. */
export const createTraffic = (clock: () => Date): Traffic => {
  const entries: TrafficEntry[] = [];
  const listeners = new Set<(entry: TrafficEntry) => void>();
  let lastId = 0;
  return {
    record: ({ detail, ...rest }) => {
      lastId += 1;
      const text = maskSecrets(JSON.stringify(detail, null, 1));
      const entry = {
        ...rest,
        id: lastId,
        at: clock().toISOString(),
        detail: text.slice(0, DETAIL_CHARACTERS),
      };
      entries.push(entry);
      if (entries.length > KEPT) entries.shift();
      for (const listener of listeners) listener(entry);
    },
    since: (id) => entries.filter((entry) => entry.id > id),
    onEntry: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** Hides everything that lets others act as the bot: tokens, tickets, upload addresses and response URLs. */
export const maskSecrets = (text: string): string =>
  text
    .replaceAll(/\b(xox[a-z]|xapp)-[\w-]+/g, '$1-•••')
    .replaceAll(/(ticket=)[0-9a-f]+/g, '$1•••')
    .replaceAll(/\/(upload|response)\/[0-9a-f]+/g, '/$1/•••')
    .replaceAll(/(\/interactions\/\d+|\/webhooks\/\d+)\/[\w-]+/g, '$1/•••')
    .replaceAll(/("token":\s*")[^"]+/g, '$1•••');
