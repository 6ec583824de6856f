import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { clickBy, sayToClicker } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';

/** An operator promotes a model although it is worse. */
export const promoteModel =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body }) => {
    const say = sayToClicker(body, context);
    const { person } = clickBy(body, action);
    const work = () => context.incoming.promote({ person, round: Number(action.value) });
    const outcome = await storeThenAcknowledge(ack, work, say, context);
    if (outcome?.note != null) say(outcome.note);
  };
