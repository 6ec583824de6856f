import type {
  App,
  BlockAction,
  ButtonAction,
  Middleware,
  OverflowAction,
  SlackActionMiddlewareArgs,
} from '@slack/bolt';
import { DISAGREE_MENU, FINER_ACTION, UNDO_ACTION } from '../../messages/card-message.ts';
import { REVIEW_BEGIN } from '../../messages/header-message.ts';
import { GUIDELINES_ACTION } from '../../messages/modals/guidelines-modal.ts';
import { REVIEW_LATER, REVIEW_REMARK } from '../../messages/modals/review-modal.ts';
import { DISAGREE_ACTION, MESSAGE_ABSENT_ACTION, MESSAGE_THERE_ACTION } from '../../messages/note-message.ts';
import { PROMOTE_ACTION } from '../../messages/promotion-message.ts';
import type { ListenerContext } from '../context.ts';
import { answerCandidate } from './answer-candidate.ts';
import { disagree } from './disagree.ts';
import { disagreeOnCard } from './disagree-on-card.ts';
import { promoteModel } from './promote-model.ts';
import { beginReview, remarkInReview, stepInReview } from './review.ts';
import { settleMessage } from './settle-message.ts';
import { showGuidelines } from './show-guidelines.ts';
import { undoAnswer } from './undo-answer.ts';

type Listener = Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>>;

/** Answers and Undo exist on cards and in reviews. */
const onCardOrInReview =
  (onCard: Listener, inReview: Listener): Listener =>
  (args) =>
    args.body.view === undefined ? onCard(args) : inReview(args);

export const register = (app: App, context: ListenerContext): void => {
  app.action<BlockAction<ButtonAction>>(
    /^answer_/,
    onCardOrInReview(answerCandidate(context), stepInReview(context)),
  );
  app.action<BlockAction<OverflowAction>>(FINER_ACTION, answerCandidate(context));
  app.action<BlockAction<ButtonAction>>(REVIEW_LATER, stepInReview(context));
  app.action<BlockAction<ButtonAction>>(REVIEW_REMARK, remarkInReview(context));
  app.action<BlockAction<ButtonAction>>(REVIEW_BEGIN, beginReview(context));
  app.action<BlockAction<ButtonAction>>(GUIDELINES_ACTION, showGuidelines(context));
  app.action<BlockAction<ButtonAction>>(PROMOTE_ACTION, promoteModel(context));
  app.action<BlockAction<ButtonAction>>(
    UNDO_ACTION,
    onCardOrInReview(undoAnswer(context), stepInReview(context)),
  );
  app.action<BlockAction<ButtonAction>>(DISAGREE_ACTION, disagree(context));
  app.action<BlockAction<OverflowAction>>(DISAGREE_MENU, disagreeOnCard(context));
  for (const id of [MESSAGE_THERE_ACTION, MESSAGE_ABSENT_ACTION])
    app.action<BlockAction<ButtonAction>>(id, settleMessage(context));
};
