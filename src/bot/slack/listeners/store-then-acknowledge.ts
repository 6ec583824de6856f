import { messageOf } from '../../../lib/errors.ts';
import { NOT_KEPT, NOT_STORED_YET, STORED_NOW } from '../../content/note-content.ts';
import type { Note } from '../../content/said.ts';
import type { ListenerContext } from './context.ts';

/** Slack gives a listener 3 s; should keeping it take longer than this, the person is told so. */
const TELL_AFTER_MS = 2500;

/**
 * Acknowledges once the store has what was done, a few milliseconds later, and never before: a process that
 * dies in between would have told Slack that it took an answer which nobody will find again. A store that is
 * busy is waited for; the person is told, and told again when it is done. What fails outright is not
 * acknowledged: Slack then shows that it did not work, and the person is told to try again.
 * @param work checks and stores what was done
 * @param say tells something to the person, privately
 * @returns what `work` resolves to, or null if it failed
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
    log.error({ error: messageOf(error) }, 'a click was not kept');
    say({ kind: 'text', text: NOT_KEPT });
    return null;
  } finally {
    clearTimeout(timer);
  }
  try {
    await ack();
  } catch (error) {
    // Slack shows that it heard nothing; what was done is kept all the same, and the card shows it.
    log.warn({ error: messageOf(error) }, 'an acknowledgement did not get through');
  }
  if (told) say({ kind: 'text', text: STORED_NOW });
  return kept;
};
