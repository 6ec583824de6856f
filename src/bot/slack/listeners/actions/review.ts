import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import type { Note } from '../../../content/said.ts';
import type { ReviewAct } from '../../../port.ts';
import { answerOfAction, UNDO_ACTION } from '../../messages/card-message.ts';
import { remarkModal } from '../../messages/modals/remark-modal.ts';
import { placeOfReview, REVIEW_LATER } from '../../messages/modals/review-modal.ts';
import { clickBy, sayToClicker } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { isTooLate, openForm, openReview, updateReview } from '../open-form.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';

type Args = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

const NO_FORM = 'The form did not open; the service’s log says why. `/finkvra label` opens it, too.';
const TOO_LATE = 'Slack did not open the form in time. Press the button again.';
const whyNoForm = (error: unknown): Note => ({ kind: 'text', text: isTooLate(error) ? TOO_LATE : NO_FORM });
const STUCK =
  'Your step is stored, but the next one could not be shown: close the form and type `/finkvra label` to continue.';

/** What a button of a review does; null for an unknown one. */
const actOf = (action: ButtonAction): ReviewAct | null => {
  const candidateId = Number(action.value);
  if (!Number.isInteger(candidateId)) return null;
  const click = action.action_ts;
  if (action.action_id === UNDO_ACTION) return { kind: 'undo', candidateId, click };
  if (action.action_id === REVIEW_LATER) return { kind: 'later', candidateId };
  const answer = answerOfAction(action.action_id);
  return answer === null ? null : { kind: 'answer', candidateId, answer, click };
};

/** One step of a review: stored, acknowledged, then the next candidate is shown. */
export const stepInReview =
  (context: ListenerContext) =>
  async ({ ack, action, body, client }: Args): Promise<void> => {
    const { incoming, log } = context;
    const did = actOf(action);
    const { view } = body;
    if (did === null || view === undefined) return ack();
    const say = sayToClicker(body, context);
    const { person } = clickBy(body, action);
    const work = () => incoming.review({ person, place: placeOfReview(view.private_metadata), did });
    const next = await storeThenAcknowledge(ack, work, say, context);
    if (next === null) return;
    if ('note' in next) return say(next.note);
    try {
      await updateReview(client, { viewId: view.id, hash: view.hash }, next.review, context);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the next step of a review could not be shown');
      say({ kind: 'text', text: STUCK });
    }
  };

/** Starts a review, from a message or at the end of another one. */
export const beginReview =
  (context: ListenerContext) =>
  async ({ ack, action, body, client }: Args): Promise<void> => {
    await ack();
    const say = sayToClicker(body, context);
    const { person } = clickBy(body, action);
    try {
      const begun = await context.incoming.review({ person, place: null, did: null });
      if ('note' in begun) return say(begun.note);
      const { view } = body;
      // On the Home tab a new form opens too.
      if (view?.type !== 'modal') await openReview(client, body.trigger_id, begun.review);
      else await updateReview(client, { viewId: view.id, hash: view.hash }, begun.review, context);
    } catch (error) {
      context.log.error({ error: messageOf(error) }, 'a review was not opened');
      say(whyNoForm(error));
    }
  };

/** Opens the form for an answer with a comment, from a card or a review. */
export const openRemark = async (
  {
    ack,
    body,
    client,
  }: Pick<Args, 'client'> & {
    readonly ack: () => Promise<void>;
    readonly body: BlockAction;
  },
  candidateId: number,
  context: ListenerContext,
): Promise<void> => {
  await ack();
  const say = sayToClicker(body, context);
  const { id, name = body.user.username } = body.user;
  try {
    const asked = await context.incoming.remark({ person: { id, name }, candidateId });
    if ('note' in asked) return say(asked.note);
    const { view } = body;
    const review =
      view === undefined ? null : { viewId: view.id, hash: view.hash, metadata: view.private_metadata };
    await openForm(client, body, remarkModal(asked.form, review));
  } catch (error) {
    context.log.error({ candidateId, error: messageOf(error) }, 'a form was not opened');
    say(whyNoForm(error));
  }
};

/** Opens that form from a review. */
export const remarkInReview =
  (context: ListenerContext) =>
  (args: Args): Promise<void> =>
    openRemark(args, Number(args.action.value), context);
