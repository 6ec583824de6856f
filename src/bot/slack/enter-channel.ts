import type { WebClient } from '@slack/web-api';
import { keepPerson } from '../../store/chat/people.ts';
import type { Db } from '../../store/open-store.ts';

/**
 * Makes the bot a member of its channel, which it must be to find its own messages again after a crash. A
 * bot cannot join a private channel by itself: there Slack refuses, and people invite it.
 */
export const joinChannel = async (client: WebClient, channel: string): Promise<void> => {
  const { channel: found } = await client.conversations.info({ channel });
  if (found?.is_member === true) return;
  await client.conversations.join({ channel });
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
