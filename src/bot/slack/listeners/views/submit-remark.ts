import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import { isAnswer } from '../../../../pipeline/learning/answers.ts';
import type { AnswerValue } from '../../../../store/schema.ts';
import type { Note } from '../../../content/said.ts';
import type { Answered } from '../../../port.ts';
import {
  REMARK_ANSWER,
  REMARK_NOTE,
  REMARK_UNSURE,
  type RemarkSubject,
  subjectOfRemark,
} from '../../messages/modals/remark-modal.ts';
import { placeOfReview } from '../../messages/modals/review-modal.ts';
import type { ListenerContext } from '../context.ts';
import { updateReview } from '../open-form.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';

type Args = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;
type Values = ViewSubmitAction['view']['state']['values'];

const answerIn = (values: Values): AnswerValue | null => {
  const chosen = values[REMARK_ANSWER]?.[REMARK_ANSWER]?.selected_option?.value ?? '';
  return isAnswer(chosen) ? chosen : null;
};

const remarkIn = (values: Values) => {
  const note = values[REMARK_NOTE]?.[REMARK_NOTE]?.value?.trim() ?? '';
  const unsure = (values[REMARK_UNSURE]?.[REMARK_UNSURE]?.selected_options ?? []).length > 0;
  return { note: note === '' ? null : note, unsure };
};

/** Stores an answer given from a review, then continues the review. */
const inReview = async (
  { ack, client }: Pick<Args, 'ack' | 'client'>,
  { person, ...answered }: Answered,
  review: NonNullable<RemarkSubject['review']>,
  say: (note: Note) => void,
  context: ListenerContext,
): Promise<void> => {
  const place = placeOfReview(review.metadata);
  const work = () =>
    context.incoming.review({ person, place, did: { kind: 'answer' as const, ...answered } });
  const next = await storeThenAcknowledge(ack, work, say, context);
  if (next === null) return;
  if ('note' in next) return say(next.note);
  try {
    await updateReview(client, review, next.review, context);
  } catch (error) {
    context.log.error({ error: messageOf(error) }, 'the next step of a review could not be shown');
  }
};

/** A person answered with a comment. If delivered twice it counts once: the form names the click. */
export const submitRemark =
  (context: ListenerContext) =>
  async ({ ack, body, view, client }: Args): Promise<void> => {
    const { incoming, notes } = context;
    const answer = answerIn(view.state.values);
    if (answer === null)
      return ack({ response_action: 'errors', errors: { [REMARK_ANSWER]: 'Choose your answer.' } });
    const { candidateId, review } = subjectOfRemark(view.private_metadata);
    const say = (note: Note): void => notes.say({ user: body.user.id }, note);
    const given: Answered = {
      person: { id: body.user.id, name: body.user.name },
      candidateId,
      answer,
      remark: remarkIn(view.state.values),
      click: view.id,
      on: null,
    };
    if (review !== null) return inReview({ ack, client }, given, review, say, context);
    const outcome = await storeThenAcknowledge(ack, () => incoming.answer(given), say, context);
    if (outcome?.note != null) say(outcome.note);
  };
