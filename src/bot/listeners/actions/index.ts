import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { ListenerContext } from '../context.ts';
import { answerCandidate } from './answer-candidate.ts';

export const register = (app: App, context: ListenerContext): void => {
  app.action<BlockAction<ButtonAction>>(/^answer_/, answerCandidate(context));
};
