import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { MESSAGE_THERE_ACTION } from '../../messages/note-message.ts';
import { clickBy, sayToClicker } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';

/** An operator says whether an unconfirmed message is in the channel. */
export const settleMessage =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body }) => {
    const say = sayToClicker(body, context);
    const { person } = clickBy(body, action);
    const there = action.action_id === MESSAGE_THERE_ACTION;
    const work = () => context.incoming.settle({ person, messageId: Number(action.value), there });
    const outcome = await storeThenAcknowledge(ack, work, say, context);
    if (outcome?.note != null) say(outcome.note);
  };
