import type {
  BlockAction,
  ButtonAction,
  Middleware,
  OverflowAction,
  SlackActionMiddlewareArgs,
} from '@slack/bolt';
import type { AnswerValue } from '../../../store/schema.ts';
import { answerOfAction } from '../../messages/card-message.ts';
import { lateAnswerMessage, readMenuValue } from '../../messages/late-answer-message.ts';
import { refusalText } from '../../messages/refusal-text.ts';
import type { ListenerContext } from '../context.ts';
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

/** Somebody pressed Galactic, Not galactic or Skip, or chose from the menu. */
export const answerCandidate =
  (context: ListenerContext): Middleware<Args> =>
  async ({ ack, action, body, client }) => {
    const { loop, access, log, track } = context;
    const click = readClick(action);
    if (click === null) {
      await ack();
      log.warn({ action: action.action_id }, 'a button that this version does not know');
      return;
    }
    if (!(await access.mayLabel(body.user.id))) {
      await ack();
      await tellPrivately({ client, body }, refusalText('label', access), context);
      return;
    }
    const outcome = await storeThenAcknowledge(
      ack,
      track(
        loop.answer({
          ...click,
          userId: body.user.id,
          userName: body.user.name ?? body.user.username,
          click: action.action_ts,
        }),
      ),
    );
    if (outcome.kind === 'late')
      await tellPrivately({ client, body }, lateAnswerMessage(outcome, body.user.id), context);
  };
