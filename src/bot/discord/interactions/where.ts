import { type APIInteraction, ChannelType } from 'discord-api-types/v10';

const THREADS: readonly (ChannelType | undefined)[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

/** Where something was done: the channel, also of a thread in it; or a conversation with the bot alone. */
export interface Where {
  readonly channel: string;
  readonly direct: boolean;
}

export const whereOf = ({
  guild_id,
  channel,
  channel_id,
}: Pick<APIInteraction, 'guild_id' | 'channel' | 'channel_id'>): Where => {
  const parent =
    channel !== undefined && THREADS.includes(channel.type) && 'parent_id' in channel
      ? channel.parent_id
      : null;
  return { channel: parent ?? channel?.id ?? channel_id ?? '', direct: guild_id === undefined };
};
