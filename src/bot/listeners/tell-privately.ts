import type { BlockAction } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../errors.ts';
import type { SlackMessage } from '../messages/message.ts';
import type { ListenerContext } from './context.ts';

/** Says something to whoever pressed a button, where only they see it. */
export const tellPrivately = async (
  { client, body }: { readonly client: WebClient; readonly body: BlockAction },
  message: string | SlackMessage,
  { log, track }: Pick<ListenerContext, 'log' | 'track'>,
): Promise<void> => {
  const channel = body.channel?.id;
  if (channel === undefined) return;
  const thread = body.container.thread_ts;
  try {
    await track(
      client.chat.postEphemeral({
        channel,
        user: body.user.id,
        ...(typeof message === 'string' ? { text: message } : message),
        ...(typeof thread === 'string' ? { thread_ts: thread } : {}),
      }),
    );
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'a private note was not delivered');
  }
};
