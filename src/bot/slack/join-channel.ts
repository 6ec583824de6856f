import type { WebClient } from '@slack/web-api';

/**
 * Makes the bot a member of its channel, which it must be to find its own messages again after a crash. A
 * bot cannot join a private channel by itself: there Slack refuses, and people invite it.
 */
export const joinChannel = async (client: WebClient, channel: string): Promise<void> => {
  const { channel: found } = await client.conversations.info({ channel });
  if (found?.is_member === true) return;
  await client.conversations.join({ channel });
};
