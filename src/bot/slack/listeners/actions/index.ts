import type { App, BlockAction, ButtonAction, OverflowAction } from '@slack/bolt';
import { DISAGREE_MENU, FINER_ACTION, UNDO_ACTION } from '../../messages/card-message.ts';
import { DISAGREE_ACTION, MESSAGE_ABSENT_ACTION, MESSAGE_THERE_ACTION } from '../../messages/note-message.ts';
import { PROMOTE_ACTION } from '../../messages/promotion-message.ts';
import type { ListenerContext } from '../context.ts';
import { answerCandidate } from './answer-candidate.ts';
import { disagree } from './disagree.ts';
import { disagreeOnCard } from './disagree-on-card.ts';
import { promoteModel } from './promote-model.ts';
import { settleMessage } from './settle-message.ts';
import { undoAnswer } from './undo-answer.ts';

export const register = (app: App, context: ListenerContext): void => {
  app.action<BlockAction<ButtonAction>>(/^answer_/, answerCandidate(context));
  app.action<BlockAction<OverflowAction>>(FINER_ACTION, answerCandidate(context));
  app.action<BlockAction<ButtonAction>>(PROMOTE_ACTION, promoteModel(context));
  app.action<BlockAction<ButtonAction>>(UNDO_ACTION, undoAnswer(context));
  app.action<BlockAction<ButtonAction>>(DISAGREE_ACTION, disagree(context));
  app.action<BlockAction<OverflowAction>>(DISAGREE_MENU, disagreeOnCard(context));
  for (const id of [MESSAGE_THERE_ACTION, MESSAGE_ABSENT_ACTION])
    app.action<BlockAction<ButtonAction>>(id, settleMessage(context));
};
