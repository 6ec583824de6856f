import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../lib/errors.ts';
import { NOT_KEPT, NOT_STORED_YET } from '../../content/note-content.ts';
import type { Note } from '../../content/said.ts';
import type { ReviewAct, Reviewed } from '../../port.ts';
import type { Sendable } from '../attachments.ts';
import { answerIn } from '../messages/custom-ids.ts';
import { remarkForm } from '../messages/forms.ts';
import { readPlace, reviewMessage } from '../messages/review-message.ts';
import type { InteractionContext, Taken } from './context.ts';

/** After this time the click is acknowledged, and its result follows. */
const DEFER_AFTER_MS = 1_800;

const NOT_NOW: Note = { kind: 'text', text: NOT_KEPT };

/** What a review's button does; null for an unknown one. */
const actOf = (action: string, args: readonly string[], click: string): ReviewAct | null => {
  const [first, second] = args;
  switch (action) {
    case 'review-answer': {
      const given = answerIn(first, second);
      return given === null ? null : { kind: 'answer', ...given, click };
    }
    case 'review-undo':
      return { kind: 'undo', candidateId: Number(first), click };
    case 'review-later':
      return { kind: 'later', candidateId: Number(first) };
    default:
      return null;
  }
};

/** Arguments before the position. */
const ownArgs = (action: string): number => (action === 'review-answer' ? 2 : 1);

/** Shows the next step in place of the last one, or says why there is none. */
const showStep = async (
  work: () => Promise<Reviewed>,
  { responder, note, replayed }: Taken,
  { attachments, log }: InteractionContext,
): Promise<void> => {
  const step = work().catch((error: unknown): Reviewed => {
    log.error({ error: messageOf(error) }, 'a step of a review was not stored');
    return { note: NOT_NOW };
  });
  const early = await Promise.race([step, sleep(DEFER_AFTER_MS, null, { ref: false })]);
  const ready = (done: Reviewed): Sendable | null =>
    'review' in done ? attachments.toPost(reviewMessage(done.review)) : null;
  try {
    if (early !== null) {
      const next = ready(early);
      if (next !== null) await responder.replace(next);
      else if ('note' in early) await responder.reply(note(early.note));
      return;
    }
    await responder.deferUpdate();
    await responder.followUp(note({ kind: 'text', text: NOT_STORED_YET }));
    const late = await step;
    const next = ready(late);
    if (next !== null) await responder.edit(next);
    else if ('note' in late) await responder.followUp(note(late.note));
  } catch (error) {
    log.debug({ error: messageOf(error), replayed }, 'the next step of a review could not be shown');
  }
};

/** A person starts a review in the channel; it is private. */
export const beginReview = async (taken: Taken, context: InteractionContext): Promise<void> => {
  const { incoming, attachments, log } = context;
  const { person, responder, note, replayed } = taken;
  if (replayed) return;
  try {
    const begun = await incoming.review({ person, place: null, did: null });
    await responder.reply(
      'review' in begun ? attachments.toPost(reviewMessage(begun.review)) : note(begun.note),
    );
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'a review could not be started');
  }
};

/** A person continues with the round that is open now. */
export const beginReviewAgain = (taken: Taken, context: InteractionContext): Promise<void> =>
  showStep(() => context.incoming.review({ person: taken.person, place: null, did: null }), taken, context);

/** One step of a review. @returns false if it is not one */
export const takeReviewStep = async (
  action: string,
  args: readonly string[],
  taken: Taken,
  context: InteractionContext,
): Promise<boolean> => {
  const did = actOf(action, args, taken.id);
  if (did === null) return false;
  const place = readPlace(args.slice(ownArgs(action)));
  await showStep(() => context.incoming.review({ person: taken.person, place, did }), taken, context);
  return true;
};

/** Opens the form for an answer with a comment, from a card or a review. */
export const openRemark = async (
  args: readonly string[],
  taken: Taken,
  { incoming, log }: InteractionContext,
): Promise<void> => {
  const [candidate, ...place] = args;
  const { person, responder, note } = taken;
  try {
    const asked = await incoming.remark({ person, candidateId: Number(candidate) });
    if ('form' in asked) await responder.openForm(remarkForm(asked.form, place));
    else await responder.reply(note(asked.note));
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'a form was not opened');
  }
};

/** A person submitted an answer with a comment from their review. */
export const takeRemarkInReview = (
  did: ReviewAct,
  place: readonly string[],
  taken: Taken,
  context: InteractionContext,
): Promise<void> =>
  showStep(
    () => context.incoming.review({ person: taken.person, place: readPlace(place), did }),
    taken,
    context,
  );
