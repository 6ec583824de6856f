import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { clickBy } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';
import { tellPrivately } from '../tell-privately.ts';

/** Somebody pressed Undo. */
export const undoAnswer =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body, client }) => {
    const say = (note: Parameters<typeof tellPrivately>[1]): Promise<void> =>
      tellPrivately({ client, body }, note, context);
    const work = () => context.incoming.undo({ candidateId: Number(action.value), ...clickBy(body, action) });
    const outcome = await storeThenAcknowledge(ack, work, say, context);
    if (outcome?.note != null) await say(outcome.note);
  };
