import type {
  BlockAction,
  ButtonAction,
  Middleware,
  OverflowAction,
  SlackActionMiddlewareArgs,
} from '@slack/bolt';
import type { AnswerValue } from '../../../../store/schema.ts';
import { OLD_BUTTON } from '../../../content/note-content.ts';
import { answerOfAction, readMenuValue, remarkOfMenu } from '../../messages/card-message.ts';
import { clickBy, sayToClicker } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';
import { openRemark } from './review.ts';

type Args = SlackActionMiddlewareArgs<BlockAction<ButtonAction | OverflowAction>>;

/** The answer and candidate of a click on a button or in the menu. */
const readClick = (
  action: ButtonAction | OverflowAction,
): { readonly answer: AnswerValue; readonly candidateId: number } | null => {
  if (action.type === 'overflow') return readMenuValue(action.selected_option.value);
  const answer = answerOfAction(action.action_id);
  const candidateId = Number(action.value);
  return answer === null || !Number.isInteger(candidateId) ? null : { answer, candidateId };
};

/** A person chose one of a card's answers. */
export const answerCandidate =
  (context: ListenerContext): Middleware<Args> =>
  async ({ ack, action, body, client }) => {
    const { incoming, log } = context;
    const remarkOn = action.type === 'overflow' ? remarkOfMenu(action.selected_option.value) : null;
    if (remarkOn !== null) return openRemark({ ack, body, client }, remarkOn, context);
    const click = readClick(action);
    const say = sayToClicker(body, context);
    if (click === null) {
      await ack();
      log.warn({ action: action.action_id }, 'unknown button of another version');
      say({ kind: 'text', text: OLD_BUTTON });
      return;
    }
    const work = () => incoming.answer({ ...click, ...clickBy(body, action) });
    const outcome = await storeThenAcknowledge(ack, work, say, context);
    if (outcome?.note != null) say(outcome.note);
  };
