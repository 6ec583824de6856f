import type {
  BlockAction,
  ButtonAction,
  Middleware,
  OverflowAction,
  SlackActionMiddlewareArgs,
} from '@slack/bolt';
import type { AnswerValue } from '../../../../store/schema.ts';
import { answerOfAction } from '../../messages/card-message.ts';
import { lateAnswerMessage, readMenuValue, refusalText } from '../../messages/note-message.ts';
import { clickBy } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { FOREIGN_CARD, OLD_BUTTON } from '../old-message-words.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';
import { tellPrivately } from '../tell-privately.ts';

type Args = SlackActionMiddlewareArgs<BlockAction<ButtonAction | OverflowAction>>;

/** The answer and candidate of a click, from a button's id and value or from the menu's choice. */
const readClick = (
  action: ButtonAction | OverflowAction,
): { readonly answer: AnswerValue; readonly candidateId: number } | null => {
  if (action.type === 'overflow') return readMenuValue(action.selected_option.value);
  const answer = answerOfAction(action.action_id);
  const candidateId = Number(action.value);
  return answer === null || !Number.isInteger(candidateId) ? null : { answer, candidateId };
};

/** Somebody pressed one of a card's answers, or chose from the menu. */
export const answerCandidate =
  (context: ListenerContext): Middleware<Args> =>
  async ({ ack, action, body, client }) => {
    const { loop, access, log } = context;
    const click = readClick(action);
    const say = (message: Parameters<typeof tellPrivately>[1]): Promise<void> =>
      tellPrivately({ client, body }, message, context);
    if (click === null) {
      await ack();
      log.warn({ action: action.action_id }, 'a button that this version does not know');
      await say(OLD_BUTTON);
      return;
    }
    const userId = body.user.id;
    const outcome = await storeThenAcknowledge(
      ack,
      async () =>
        (await access.mayLabel(userId))
          ? loop.answer({ ...click, ...clickBy(body, action) })
          : ({ kind: 'refused' } as const),
      say,
      context,
    );
    switch (outcome?.kind) {
      case 'refused':
        return say(refusalText('label', access));
      case 'late':
        return say(lateAnswerMessage(outcome, userId, context.modelType));
      case 'unknown':
        return say(FOREIGN_CARD);
    }
  };
