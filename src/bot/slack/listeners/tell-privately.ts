import type { BlockAction } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../../lib/errors.ts';
import type { Note } from '../../content/said.ts';
import { noteMessage } from '../messages/note-message.ts';
import type { ListenerContext } from './context.ts';

type Context = Pick<ListenerContext, 'access' | 'log' | 'track'>;

/**
 * Says something to one person where only they see it: as a note in a channel, or, where there is no channel
 * or they are not in it, in their conversation with the bot. Never rejects.
 */
export const tellPerson = async (
  client: WebClient,
  { user, channel, thread }: { readonly user: string; readonly channel?: string; readonly thread?: string },
  note: Note,
  { access, log, track }: Context,
): Promise<void> => {
  const said = noteMessage(note, access);
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  try {
    if (channel === undefined) await track(client.chat.postMessage({ channel: user, ...said }));
    else await track(client.chat.postEphemeral({ channel, user, ...said, ...inThread }));
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'a private note was not delivered');
    if (channel !== undefined) await tellPerson(client, { user }, note, { access, log, track });
  }
};

/** Says something to whoever pressed a button, where only they see it. */
export const tellPrivately = (
  { client, body }: { readonly client: WebClient; readonly body: BlockAction },
  note: Note,
  context: Context,
): Promise<void> => {
  const channel = body.channel?.id;
  const thread: unknown = body.container.thread_ts;
  const place = {
    user: body.user.id,
    ...(channel === undefined ? {} : { channel }),
    ...(typeof thread === 'string' ? { thread } : {}),
  };
  return tellPerson(client, place, note, context);
};
