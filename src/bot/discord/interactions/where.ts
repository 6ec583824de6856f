import { type APIInteraction, ChannelType } from 'discord-api-types/v10';

const THREADS: readonly (ChannelType | undefined)[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

/** Where an interaction happened: in the channel or its threads, or in direct messages. */
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
