import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../lib/errors.ts';
import { keepPerson } from '../../store/chat/people.ts';
import type { Db } from '../../store/open-store.ts';
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

const MOST_MEMBERS = 100;

/** Reads the display names of the channel's members into the store, so that messages can name people. */
export const learnNames = async ({
  client,
  channel,
  db,
}: {
  readonly client: WebClient;
  readonly channel: string;
  readonly db: Db;
}): Promise<void> => {
  const { members } = await client.conversations.members({ channel, limit: MOST_MEMBERS });
  for (const user of members ?? []) {
    const { user: found } = await client.users.info({ user });
    const name = found?.profile?.display_name || found?.real_name || found?.name;
    if (found?.is_bot === true || name === undefined) continue;
    await keepPerson(db, user, name);
  }
};
