import { RESTJSONErrorCodes as Codes } from 'discord-api-types/v10';
import type { Said } from '../content/said.ts';
import { discordCode, ThreadGone } from './call-refusal.ts';
import type { Calls } from './connection/calls.ts';
import { clip, LIMITS } from './limits.ts';

/** The name of the thread under this message. */
const nameFor = (said: Said): string => {
  switch (said.kind) {
    case 'card':
      return said.card.place.split(',')[0] ?? 'Cards';
    case 'report_details':
      return `Details: ${said.report.title}`;
    case 'digest_details':
      return `Details: ${said.digest.title}`;
    default:
      return 'More';
  }
};

/** Threads of our messages. A message's thread has its id, and must be started before its first message. */
export const createThreads = (calls: Pick<Calls, 'startThread' | 'unarchive'>) => {
  const begun = new Set<string>();

  const begin = async (channel: string, head: string, said: Said): Promise<void> => {
    if (begun.has(head)) return;
    try {
      await calls.startThread(channel, head, clip(nameFor(said), LIMITS.threadName));
    } catch (error) {
      const code = discordCode(error);
      if (code === Codes.UnknownMessage) throw new ThreadGone('the message at the head of a thread is gone');
      if (code !== Codes.ThreadAlreadyCreatedForMessage) throw error;
    }
    begun.add(head);
  };

  /** Discord archives quiet threads; ours are opened again. */
  const awake = async <T>(thread: string | null, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (thread === null || discordCode(error) !== Codes.InvalidActionOnArchivedThread) throw error;
      await calls.unarchive(thread);
      return call();
    }
  };

  return {
    awake,
    /** Does something in a message's thread, starting it if needed. @throws ThreadGone if that is impossible */
    inside: async <T>(
      channel: string,
      head: string,
      said: Said,
      call: (thread: string) => Promise<T>,
    ): Promise<T> => {
      await begin(channel, head, said);
      try {
        return await awake(head, () => call(head));
      } catch (error) {
        if (discordCode(error) !== Codes.UnknownChannel) throw error;
        begun.delete(head);
        throw new ThreadGone('the thread was deleted');
      }
    },
  };
};
