import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { clickBy, sayToClicker } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';

/** A person pressed Undo. */
export const undoAnswer =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body }) => {
    const say = sayToClicker(body, context);
    const work = () => context.incoming.undo({ candidateId: Number(action.value), ...clickBy(body, action) });
    const outcome = await storeThenAcknowledge(ack, work, say, context);
    if (outcome?.note != null) say(outcome.note);
  };
