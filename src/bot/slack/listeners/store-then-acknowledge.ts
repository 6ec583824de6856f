import { messageOf } from '../../../lib/errors.ts';
import { NOT_KEPT, NOT_STORED_YET, STORED_NOW } from '../../content/note-content.ts';
import type { Note } from '../../content/said.ts';
import type { ListenerContext } from './context.ts';

/** Slack gives a listener 3 s; from this time on the person is told to wait. */
const TELL_AFTER_MS = 2500;

/**
 * Stores what was done, then acknowledges, a few milliseconds later: a crash in between must not lose an answer
 * that Slack shows as accepted. If the store is busy the person is told so, and told again once it is stored. A
 * failure is not acknowledged: Slack shows an error, and the person is told to try again.
 * @param work checks and stores
 * @param say sends a private note
 * @returns the result of `work`, or null if it failed
 */
export const storeThenAcknowledge = async <T extends object>(
  ack: () => Promise<void>,
  work: () => Promise<T>,
  say: (note: Note) => void,
  { log, withhold }: Pick<ListenerContext, 'log' | 'withhold'>,
): Promise<T | null> => {
  let told = false;
  const timer = setTimeout(() => {
    log.warn('a click waits for the store');
    told = true;
    say({ kind: 'text', text: NOT_STORED_YET });
  }, TELL_AFTER_MS);
  let kept: T;
  try {
    kept = await work();
  } catch (error) {
    withhold(ack);
    log.error({ error: messageOf(error) }, 'a click was not stored');
    say({ kind: 'text', text: NOT_KEPT });
    return null;
  } finally {
    clearTimeout(timer);
  }
  try {
    await ack();
  } catch (error) {
    // Slack shows an error although the click is stored; the card shows it.
    log.warn({ error: messageOf(error) }, 'an acknowledgement did not get through');
  }
  if (told) say({ kind: 'text', text: STORED_NOW });
  return kept;
};
