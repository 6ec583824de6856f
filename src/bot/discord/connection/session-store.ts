import type { SessionInfo } from '@discordjs/ws';
import type { Logger } from 'pino';
import { z } from 'zod';
import { messageOf } from '../../../lib/errors.ts';
import { keepValue, readValue } from '../../../store/key-value.ts';
import type { Db } from '../../../store/open-store.ts';

const NAME = 'discord-session';
const keptSchema = z.object({
  token: z.string(),
  session: z
    .object({
      resumeURL: z.string(),
      sequence: z.number(),
      sessionId: z.string(),
      shardCount: z.number(),
      shardId: z.number(),
    })
    .nullable(),
});

/** The session at the Gateway, as it is now and as the next start finds it. */
export interface SessionStore {
  readonly current: () => SessionInfo | null;
  set(session: SessionInfo | null): void;
  /** An event of the session has been dealt with: the next start need not be sent it again. */
  done(sequence: number): void;
  /** Resolves when all is kept. */
  settled(): Promise<void>;
}

/**
 * Keeps the session in the store, so that a start resumes it: that costs no IDENTIFY, and Discord sends again what
 * it sent meanwhile. What an event brought is kept before its number is, so that a death in between loses nothing.
 * @param tokenMark tells whose session it is, without the token
 */
export const openSessionStore = async (db: Db, tokenMark: string, log: Logger): Promise<SessionStore> => {
  const text = await readValue(db, NAME);
  const kept = text === null ? null : keptSchema.safeParse(JSON.parse(text));
  let session: SessionInfo | null =
    kept?.success === true && kept.data.token === tokenMark ? kept.data.session : null;
  /** Up to which event all has been dealt with. */
  let dealtWith = session?.sequence ?? 0;
  let writing: Promise<void> = Promise.resolve();
  let waiting = false;

  const write = async (): Promise<void> => {
    waiting = false;
    const value = {
      token: tokenMark,
      session: session === null ? null : { ...session, sequence: Math.min(session.sequence, dealtWith) },
    };
    try {
      await keepValue(db, NAME, JSON.stringify(value));
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'the session was not kept for the next start');
    }
  };
  /** One write at a time; what changes meanwhile is written with the next one. */
  const keep = (): void => {
    if (waiting) return;
    waiting = true;
    writing = writing.then(write);
  };

  return {
    current: () => session,
    set: (next) => {
      const other = next?.sessionId !== session?.sessionId;
      session = next;
      if (!other) return;
      dealtWith = next?.sequence ?? 0;
      keep();
    },
    done: (sequence) => {
      if (sequence <= dealtWith) return;
      dealtWith = sequence;
      keep();
    },
    settled: async () => {
      await writing;
    },
  };
};
