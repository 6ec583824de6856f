import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../lib/errors.ts';
import { NOT_KEPT } from '../../content/note-content.ts';
import type { Note } from '../../content/said.ts';
import type { ListenerContext } from './context.ts';

/** Slack gives a listener 3 s; should the store take longer than this, it is told to wait no more. */
const ACKNOWLEDGE_BY_MS = 1500;

/**
 * Acknowledges once the store has what was done, a few milliseconds later: sent first, a process that dies
 * in between has told Slack that it took an answer which nobody will find again (a kill -9 right after the
 * last click did exactly that). A store that fails outright is not acknowledged: Slack then shows that it
 * did not work, and the person is told to try again.
 * @param work checks and stores what was done
 * @param say tells something to the person, privately
 * @returns what `work` resolves to, or null if it failed
 */
export const storeThenAcknowledge = async <T extends object>(
  ack: () => Promise<void>,
  work: () => Promise<T>,
  say: (note: Note) => Promise<void>,
  { log, track }: Pick<ListenerContext, 'log' | 'track'>,
): Promise<T | null> => {
  const settled = track(work()).then(
    (value) => ({ kept: true as const, value }),
    (error: unknown) => ({ kept: false as const, error }),
  );
  const first = await Promise.race([settled, sleep(ACKNOWLEDGE_BY_MS, null, { ref: false })]);
  if (first === null || first.kept) {
    try {
      await ack();
    } catch (error) {
      // Slack shows that it heard nothing; what was done is kept all the same, and the card shows it.
      log.warn({ error: messageOf(error) }, 'an acknowledgement did not get through');
    }
  }
  const outcome = await settled;
  if (outcome.kept) return outcome.value;
  log.error({ error: messageOf(outcome.error) }, 'a click was not kept');
  await say({ kind: 'text', text: NOT_KEPT });
  return null;
};
