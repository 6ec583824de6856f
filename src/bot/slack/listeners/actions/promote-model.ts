import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { clickBy } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { tellPrivately } from '../tell-privately.ts';

/** Somebody wants a model to be the champion although it did worse. */
export const promoteModel =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body, client }) => {
    await ack();
    const { person } = clickBy(body, action);
    const { note } = await context.track(context.incoming.promote({ person, round: Number(action.value) }));
    if (note !== null) await tellPrivately({ client, body }, note, context);
  };
