import type { JsonObject } from 'sandbox-kit/json';
import type { Guild } from './guild.ts';
import { ids, names } from './ids.ts';
import { discordTime, messagePayload } from './message-payloads.ts';
import { timeOfSnowflake } from './snowflakes.ts';
import type { Channel, Member, Role, StoredMessage } from './types.ts';

/** Objects in the format of Discord's API and Gateway. */
export interface Payloads {
  readonly user: (id: string) => JsonObject;
  readonly member: (member: Member) => JsonObject;
  readonly role: (role: Role) => JsonObject;
  readonly channel: (channel: Channel) => JsonObject;
  readonly guild: () => JsonObject;
  /** `hidden`: without the text of other people's messages, for apps without the message content intent. */
  readonly message: (message: StoredMessage, hidden?: boolean) => JsonObject;
  readonly thread: (channel: Channel) => JsonObject;
}

const JOINED_AT = '2026-01-02T12:00:00.000000+00:00';

export const createPayloads = (guild: Guild, baseUrl: () => string): Payloads => {
  const user = (id: string): JsonObject => {
    const member = guild.member(id);
    return {
      id,
      username: member?.username ?? 'deleted_user',
      global_name: member === undefined || member.bot ? null : member.displayName,
      discriminator: member?.bot === true ? '4242' : '0',
      avatar: null,
      public_flags: 0,
      flags: 0,
      ...(member?.bot === true ? { bot: true } : {}),
    };
  };
  const member = (one: Member): JsonObject => ({
    user: user(one.id),
    nick: null,
    avatar: null,
    roles: one.roles,
    joined_at: JOINED_AT,
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  });
  const newestIn = (channel: string): string | null =>
    guild.storage.messages({ channel, limit: 1 })[0]?.id ?? null;

  const thread = (channel: Channel): JsonObject => ({
    id: channel.id,
    guild_id: ids.guild,
    type: channel.type,
    name: channel.name,
    last_message_id: newestIn(channel.id),
    parent_id: channel.thread?.parent ?? null,
    owner_id: channel.thread?.owner,
    rate_limit_per_user: 0,
    message_count: channel.thread?.messages ?? 0,
    total_message_sent: channel.thread?.messages ?? 0,
    member_count: 1,
    flags: 0,
    thread_metadata: {
      archived: channel.thread?.archived ?? false,
      locked: channel.thread?.locked ?? false,
      auto_archive_duration: channel.thread?.autoArchive ?? 1440,
      archive_timestamp: discordTime(channel.thread?.archivedAt ?? JOINED_AT),
      create_timestamp: discordTime(new Date(timeOfSnowflake(channel.id)).toISOString()),
    },
  });
  const channelPayload = (channel: Channel): JsonObject => {
    if (channel.thread !== undefined) return thread(channel);
    if (channel.type === 1)
      return {
        id: channel.id,
        type: 1,
        last_message_id: newestIn(channel.id),
        flags: 0,
        recipients: channel.recipient === undefined ? [] : [user(channel.recipient)],
      };
    return {
      id: channel.id,
      guild_id: ids.guild,
      type: channel.type,
      name: channel.name,
      topic: null,
      position: 0,
      nsfw: false,
      parent_id: null,
      rate_limit_per_user: 0,
      last_message_id: newestIn(channel.id),
      flags: 0,
      permission_overwrites: channel.overwrites,
    };
  };

  return {
    user,
    member,
    role: rolePayload,
    channel: channelPayload,
    guild: () => guildPayload(guild),
    message: (one, hidden = false) =>
      messagePayload(one, hidden, { place: guild.channel(one.id), user, thread, baseUrl: baseUrl() }),
    thread,
  };
};

const rolePayload = (one: Role): JsonObject => ({
  id: one.id,
  name: one.name,
  color: one.color,
  colors: { primary_color: one.color, secondary_color: null, tertiary_color: null },
  hoist: false,
  icon: null,
  unicode_emoji: null,
  position: one.position,
  permissions: one.permissions,
  managed: one.ofBot,
  mentionable: false,
  flags: 0,
  ...(one.ofBot ? { tags: { bot_id: ids.bot } } : {}),
});
const guildPayload = (guild: Guild): JsonObject => ({
  id: ids.guild,
  name: names.guild,
  icon: null,
  splash: null,
  discovery_splash: null,
  owner_id: ids.vera,
  afk_channel_id: null,
  afk_timeout: 300,
  verification_level: 1,
  default_message_notifications: 1,
  explicit_content_filter: 2,
  roles: guild.roles.map(rolePayload),
  emojis: [],
  stickers: [],
  features: [],
  mfa_level: 0,
  application_id: null,
  system_channel_id: null,
  system_channel_flags: 0,
  rules_channel_id: null,
  vanity_url_code: null,
  description: null,
  banner: null,
  premium_tier: 0,
  preferred_locale: 'en-US',
  public_updates_channel_id: null,
  nsfw_level: 0,
  premium_progress_bar_enabled: false,
  safety_alerts_channel_id: null,
  max_members: 500_000,
});
