import { messageOf } from '../../../lib/errors.ts';
import { NOT_KEPT, NOT_STORED_YET, STORED_NOW } from '../../content/note-content.ts';
import type { Note } from '../../content/said.ts';
import type { Outcome } from '../../port.ts';
import type { InteractionContext, Taken } from './context.ts';

/** Discord gives 3 s; from this time on the person is told to wait, which answers the click. */
const TELL_AFTER_MS = 2_000;

const text = (said: string): Note => ({ kind: 'text', text: said });

/** How an interaction is acknowledged once it is stored. */
export type Acknowledgement =
  /** Its channel message changes; a note is sent beside it. */
  | { readonly answer: 'change'; readonly onChange: () => void }
  /** The note replaces the private message with the button. */
  | { readonly answer: 'replace' }
  /** The note is the only answer. */
  | { readonly answer: 'reply' };

/**
 * Whether a note is worth a direct message where the click itself can no longer be answered. Of clicks replayed after
 * an outage only those that did not have their effect: the others' cards show what they did.
 */
const isWorthTelling = ({ kind }: Note, replayed: boolean): boolean =>
  !replayed || kind === 'late' || kind === 'refused';

/**
 * Stores what was done, then acknowledges, a few milliseconds later: a crash in between must not lose an answer
 * that Discord shows as accepted. If the store is busy the person is told so, and told again once it is stored.
 * @param work checks and stores
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
  /** By whatever is still open: the click's answer, the first message, or a direct message. */
  const say = async (said: Note, first: () => Promise<void>): Promise<void> => {
    try {
      if (early === null) return await first();
      await early;
      await responder.edit(note(said));
    } catch (error) {
      log.debug({ error: messageOf(error), replayed }, 'an acknowledgement did not get through');
      if (isWorthTelling(said, replayed)) await tell(person.id, said);
    }
  };
  let outcome: Outcome;
  try {
    outcome = await work();
  } catch (error) {
    clearTimeout(timer);
    log.error({ error: messageOf(error) }, 'a click was not stored');
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
    // Discord shows an error although the click is stored; the card shows it.
    log.debug({ error: messageOf(error), replayed }, 'an acknowledgement did not get through');
    if (said !== null && isWorthTelling(said, replayed)) await tell(person.id, said);
    return;
  }
  if (said !== null) await say(said, () => responder.followUp(note(said)));
};
