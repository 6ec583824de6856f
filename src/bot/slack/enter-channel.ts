import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../lib/errors.ts';
import type { Person } from '../port.ts';
import { type AskOptions, standing, untilAnswered } from './until-answered.ts';

/**
 * Makes the bot a member of its channel, which it must be to post and to find its own messages again after a
 * crash. A bot cannot join a private channel by itself: there people invite it, which the log says.
 */
export const joinChannel = async (
  { client, log, ...options }: AskOptions,
  channel: string,
): Promise<void> => {
  try {
    await untilAnswered(
      async () => {
        const { channel: found } = await client.conversations.info({ channel });
        if (found?.is_member !== true) await client.conversations.join({ channel });
      },
      { ...options, refusal: standing },
    );
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the bot could not join the channel: invite it there with /invite');
  }
};

/** Names are asked for one by one. */
const MOST_MEMBERS = 100;

/** The people in the channel, by the names that they show. */
export async function* membersOfChannel(client: WebClient, channel: string): AsyncGenerator<Person> {
  const { members } = await client.conversations.members({ channel, limit: MOST_MEMBERS });
  for (const id of members ?? []) {
    const { user } = await client.users.info({ user: id });
    const name = user?.profile?.display_name || user?.real_name || user?.name;
    if (user?.is_bot !== true && name !== undefined) yield { id, name };
  }
}
