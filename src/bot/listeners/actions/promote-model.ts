import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../errors.ts';
import { escapeMrkdwn } from '../../messages/escape-mrkdwn.ts';
import type { ListenerContext } from '../context.ts';
import { tellPrivately } from '../tell-privately.ts';

/** Somebody wants a model to be the champion although it did worse. */
export const promoteModel =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body, client }) => {
    await ack();
    const { access, loop, log, track } = context;
    if (!(await access.mayOperate(body.user.id))) {
      await tellPrivately(
        { client, body },
        'Only those who run the loop may promote a model (OPERATORS).',
        context,
      );
      return;
    }
    try {
      await track(loop.promote(Number(action.value)));
    } catch (error) {
      log.warn({ round: action.value, error: messageOf(error) }, 'the model was not promoted');
      await tellPrivately({ client, body }, `Not promoted: ${escapeMrkdwn(messageOf(error))}`, context);
    }
  };
