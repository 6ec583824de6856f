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

/** The Gateway session, now and for the next start. */
export interface SessionStore {
  readonly current: () => SessionInfo | null;
  set(session: SessionInfo | null): void;
  /** An event was handled; the next start need not receive it again. */
  done(sequence: number): void;
  /** Resolves when all is stored. */
  settled(): Promise<void>;
}

/**
 * Stores the session so that a restart can resume it: this costs no IDENTIFY, and Discord sends missed events
 * again. An event's effect is stored before its number, so a crash in between loses nothing.
 * @param tokenMark identifies the bot without its token
 */
export const openSessionStore = async (db: Db, tokenMark: string, log: Logger): Promise<SessionStore> => {
  const text = await readValue(db, NAME);
  const kept = text === null ? null : keptSchema.safeParse(JSON.parse(text));
  let session: SessionInfo | null =
    kept?.success === true && kept.data.token === tokenMark ? kept.data.session : null;
  /** All events up to this number are handled. */
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
      log.debug({ error: messageOf(error) }, 'the session could not be stored for the next start');
    }
  };
  /** One write at a time; changes meanwhile are written together. */
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
