import type { JsonObject } from 'sandbox-kit/json';
import { newSecret } from '../guild/ids.ts';

/** An identified app's session, which outlives its connection for a while. */
export interface Session {
  readonly id: string;
  readonly intents: number;
  /** Number of the last event. */
  readonly seq: number;
  /** Adds an event; returns it with its number. */
  readonly add: (event: string, data: JsonObject) => JsonObject;
  /** Events after this one, oldest first; null if they are no longer kept. */
  readonly missed: (seq: number) => readonly JsonObject[] | null;
  connected: boolean;
}

export interface Sessions {
  readonly all: () => readonly Session[];
  readonly open: (intents: number) => Session;
  readonly find: (id: string) => Session | undefined;
  /** Its connection is gone: it can be resumed for a while. */
  readonly away: (session: Session) => void;
  readonly end: (session: Session) => void;
  readonly close: () => void;
}

/** Events that a session keeps for RESUME. */
const MOST_KEPT = 2_000;

export const createSessions = (keptMs: number): Sessions => {
  const sessions = new Map<string, Session>();
  const timers = new Map<string, NodeJS.Timeout>();
  const stay = (id: string): void => {
    clearTimeout(timers.get(id));
    timers.delete(id);
  };
  return {
    all: () => [...sessions.values()],
    open: (intents) => {
      const session = createSession(intents);
      sessions.set(session.id, session);
      return session;
    },
    find: (id) => {
      const found = sessions.get(id);
      if (found !== undefined) stay(id);
      return found;
    },
    away: (session) => {
      session.connected = false;
      stay(session.id);
      timers.set(
        session.id,
        setTimeout(() => sessions.delete(session.id), keptMs),
      );
    },
    end: (session) => {
      session.connected = false;
      stay(session.id);
      sessions.delete(session.id);
    },
    close: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};

const createSession = (intents: number): Session => {
  const events: { readonly seq: number; readonly payload: JsonObject }[] = [];
  let seq = 0;
  return {
    id: newSecret(),
    intents,
    connected: true,
    get seq() {
      return seq;
    },
    add: (event, data) => {
      seq += 1;
      const payload = { op: 0, t: event, s: seq, d: data };
      events.push({ seq, payload });
      if (events.length > MOST_KEPT) events.shift();
      return payload;
    },
    missed: (after) => {
      const first = events[0]?.seq ?? seq + 1;
      if (after + 1 < first && after < seq) return null;
      return events.filter((event) => event.seq > after).map(({ payload }) => payload);
    },
  };
};
