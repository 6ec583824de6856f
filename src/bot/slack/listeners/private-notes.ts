import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { messageOf } from '../../../lib/errors.ts';
import type { Access } from '../../access.ts';
import type { Note } from '../../content/said.ts';
import { respondUntilTold } from '../connection/respond-to.ts';
import { gatheredNotes, type SlackNote } from '../messages/note-message.ts';

/** The person, and how to reach them. */
export interface Recipient {
  readonly user: string;
  /** The response_url of a click or command: no rate limit, valid for half an hour. */
  readonly responseUrl?: string | undefined;
}

/** Private notes to people. */
export interface PrivateNotes {
  /** Sends it soon; nobody waits for it. */
  say(to: Recipient, note: Note): void;
  /** Sends what is left; resolves when it is sent. */
  close(): Promise<void>;
}

export interface PrivateNotesOptions {
  /** Waits out rate limits. */
  readonly client: WebClient;
  /** Where people see a note without a response_url. */
  readonly channel: string;
  readonly access: Pick<Access, 'labellers' | 'operators'>;
  readonly log: Logger;
  /** Time in which further notes to a person are gathered, ms. */
  readonly gatherMs?: number;
}

const GATHER_MS = 2000;

/**
 * The first note goes out at once; notes to the same person within the next seconds go out together, so that fast
 * clicks cause few messages and few calls. A note uses the last click's response_url, else an ephemeral message
 * in the channel, else a direct message.
 */
export const createPrivateNotes = (options: PrivateNotesOptions): PrivateNotes => {
  const { client, channel, access, log, gatherMs = GATHER_MS } = options;
  const waiting = new Map<string, { notes: Note[]; responseUrl: string | undefined }>();
  const closing = new AbortController();
  const running = new Set<Promise<void>>();

  const sayDirectly = async (user: string, said: SlackNote): Promise<void> => {
    await client.chat.postMessage({ channel: user, ...said });
  };

  const deliver = async ({ user, responseUrl }: Recipient, said: SlackNote): Promise<void> => {
    try {
      if (responseUrl !== undefined)
        await respondUntilTold(
          responseUrl,
          { response_type: 'ephemeral', replace_original: false, ...said },
          closing.signal,
        );
      else await client.chat.postEphemeral({ channel, user, ...said });
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'a private note is sent as a direct message instead');
      await sayDirectly(user, said);
    }
  };

  /** Sends a person's notes, including those that come meanwhile. */
  const run = async (user: string): Promise<void> => {
    for (;;) {
      const next = waiting.get(user);
      if (next === undefined || next.notes.length === 0) break;
      waiting.set(user, { notes: [], responseUrl: undefined });
      for (const said of gatheredNotes(next.notes, access)) {
        try {
          await deliver({ user, responseUrl: next.responseUrl }, said);
        } catch (error) {
          log.warn({ error: messageOf(error) }, 'a private note was not delivered');
        }
      }
      await sleep(gatherMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    waiting.delete(user);
  };

  return {
    say: ({ user, responseUrl }, note) => {
      const known = waiting.get(user);
      if (known !== undefined) {
        known.notes.push(note);
        known.responseUrl = responseUrl ?? known.responseUrl;
        return;
      }
      waiting.set(user, { notes: [note], responseUrl });
      const work = run(user).finally(() => running.delete(work));
      running.add(work);
    },
    close: async () => {
      closing.abort();
      while (running.size > 0) await Promise.all(running);
    },
  };
};
