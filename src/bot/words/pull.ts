import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../lib/errors.ts';
import { text, type Word } from './word.ts';

/** Longest wait for the counts, since a command's private answer cannot be changed later. */
const WAIT_MS = 60_000;

export const pull: Word = {
  word: 'pull',
  usage: '',
  what: 'read alerts now',
  who: 'operate',
  answer: async (_asked, { jobs, log, track }) => {
    if (jobs.pull === undefined)
      return text(
        'This service pulls nothing itself: use `finkvra pull` in a terminal (`--from` for files).',
      );
    const counts = track(
      jobs.pull().catch((error: unknown) => {
        log.error({ error: messageOf(error) }, 'a pull asked for in the channel failed');
        return `The pull failed: ${messageOf(error)}`;
      }),
    );
    const late = sleep(WAIT_MS, 'The pull is under way; `/finkvra status` says what came in.', {
      ref: false,
    });
    return text(await Promise.race([counts, late]));
  },
};
