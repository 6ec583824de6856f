import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { messageOf } from '../../../lib/errors.ts';
import type { Access } from '../../access.ts';
import type { Note } from '../../content/said.ts';
import { respondTo } from '../connection/respond-to.ts';
import { gatheredNotes, type SlackNote } from '../messages/note-message.ts';

/** To whom, and by which way. */
export interface Recipient {
  readonly user: string;
  /** The address that came with a click or command; it has no rate limit, and is good for half an hour. */
  readonly responseUrl?: string | undefined;
}

/** What is said to one person alone. */
export interface PrivateNotes {
  /** Says it soon; nobody waits for it. */
  say(to: Recipient, note: Note): void;
  /** Says what is left, and resolves when it is said. */
  close(): Promise<void>;
}

export interface PrivateNotesOptions {
  /** Waits out limits. */
  readonly client: WebClient;
  /** Where people see a note that came by no click. */
  readonly channel: string;
  readonly access: Pick<Access, 'labellers' | 'operators'>;
  readonly log: Logger;
  /** How long notes are gathered for somebody who has just got one, in ms. */
  readonly gatherMs?: number;
}

const GATHER_MS = 2000;

/**
 * The first note goes out at once; what somebody else is to be told within the next seconds goes out together,
 * so that a person who clicks fast gets few messages and Slack few calls. A note goes by the address that came
 * with the last click; where that is used up, or there is none, it is said in the channel to them alone or, if
 * they are not there, in their conversation with the bot.
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
        await respondTo(responseUrl, { response_type: 'ephemeral', replace_original: false, ...said });
      else await client.chat.postEphemeral({ channel, user, ...said });
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'a private note goes to the conversation with the bot instead');
      await sayDirectly(user, said);
    }
  };

  /** Says what is there for one person, and what comes while it does. */
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
