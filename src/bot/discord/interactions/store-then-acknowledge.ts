import { messageOf } from '../../../lib/errors.ts';
import { NOT_KEPT, NOT_STORED_YET, STORED_NOW } from '../../content/note-content.ts';
import type { Note } from '../../content/said.ts';
import type { Outcome } from '../../port.ts';
import type { InteractionContext, Taken } from './context.ts';

/** Discord gives 3 s; should keeping it take longer than this, the person is told so, which answers the click. */
const TELL_AFTER_MS = 2_000;

const text = (said: string): Note => ({ kind: 'text', text: said });

/** How an interaction is acknowledged once it is stored. */
export type Acknowledgement =
  /** Its message in the channel changes; what is to be said comes beside it. */
  | { readonly answer: 'change'; readonly onChange: () => void }
  /** What is to be said takes the place of the private message whose button was pressed. */
  | { readonly answer: 'replace' }
  /** What is to be said is all there is to see. */
  | { readonly answer: 'reply' };

/**
 * Acknowledges once the store has what was done, a few milliseconds later, and never before: a process that dies in
 * between would have told Discord that it took an answer which nobody will find again. A store that is busy is
 * waited for; the person is told, and told again when it is done.
 * @param work checks and stores what was done
 */
export const storeThenAcknowledge = async (
  { person, responder, note, replayed }: Taken,
  { log, tell }: Pick<InteractionContext, 'log' | 'tell'>,
  work: () => Promise<Outcome>,
  how: Acknowledgement,
): Promise<void> => {
  let early: Promise<void> | null = null;
  const timer = setTimeout(() => {
    log.warn('a click waits for the store');
    early = responder.reply(note(text(NOT_STORED_YET)));
    early.catch(() => undefined); // awaited below
  }, TELL_AFTER_MS);
  /** By the way that is open: the answer to the click, what was said before, or a direct message. */
  const say = async (said: Note, first: () => Promise<void>): Promise<void> => {
    try {
      if (early === null) return await first();
      await early;
      await responder.edit(note(said));
    } catch (error) {
      // Of a click of before the last start its person does not wait any more.
      log.debug({ error: messageOf(error), replayed }, 'an acknowledgement did not get through');
      if (!replayed) await tell(person.id, said);
    }
  };
  let outcome: Outcome;
  try {
    outcome = await work();
  } catch (error) {
    clearTimeout(timer);
    log.error({ error: messageOf(error) }, 'a click was not kept');
    await say(text(NOT_KEPT), () => responder.reply(note(text(NOT_KEPT))));
    return;
  }
  clearTimeout(timer);
  const said = outcome.note;
  if (early !== null) {
    await say(said ?? text(STORED_NOW), async () => undefined);
    return;
  }
  if (how.answer !== 'change' && said !== null) {
    await say(said, () =>
      how.answer === 'reply' ? responder.reply(note(said)) : responder.replace(note(said)),
    );
    return;
  }
  try {
    await responder.deferUpdate();
    if (how.answer === 'change') how.onChange();
  } catch (error) {
    // Discord shows that it heard nothing; what was done is kept all the same, and the card shows it.
    log.debug({ error: messageOf(error), replayed }, 'an acknowledgement did not get through');
    if (said !== null && !replayed) await tell(person.id, said);
    return;
  }
  if (said !== null) await say(said, () => responder.followUp(note(said)));
};
