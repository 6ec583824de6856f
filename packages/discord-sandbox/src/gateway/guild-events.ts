import type { JsonObject } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { ids } from '../guild/ids.ts';
import type { Change, Channel, StoredMessage } from '../guild/types.ts';

/** The part of READY about the app and its server. */
export const readyData = ({ guild, payloads }: Pick<Core, 'guild' | 'payloads'>): JsonObject => ({
  user: { ...payloads.user(ids.bot), verified: true, mfa_enabled: true, email: null },
  user_settings: {},
  application: { id: ids.bot, flags: 0 },
  guilds: guild.member(ids.bot)?.inGuild === true ? [{ id: ids.guild, unavailable: true }] : [],
  private_channels: [],
  presences: [],
  relationships: [],
});

/** GUILD_CREATE: the whole server, after READY and after an invitation. Its only member is the app itself. */
export const guildCreate = ({ guild, payloads }: Pick<Core, 'guild' | 'payloads'>): JsonObject => {
  const bot = guild.member(ids.bot);
  const channels = guild.channels();
  return {
    ...payloads.guild(),
    joined_at: '2026-01-02T12:00:00.000000+00:00',
    large: false,
    unavailable: false,
    member_count: guild.members().filter(({ inGuild }) => inGuild).length,
    voice_states: [],
    members: bot === undefined ? [] : [payloads.member(bot)],
    channels: channels.filter(({ type }) => type === 0).map(payloads.channel),
    threads: channels.filter(({ thread }) => thread?.archived === false).map(payloads.thread),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
};

/** Sends changes of the server to the Gateway's sessions. @returns the function that stops it */
export const tellOfChanges = (core: Core): (() => void) => {
  const { gateway, guild } = core;
  return guild.onChange((change) => {
    for (const { event, data, ...how } of eventsOf(change, core)) gateway.dispatch(event, data, how);
  });
};

interface Told {
  readonly event: string;
  readonly data: JsonObject;
  readonly direct?: boolean;
  readonly hidden?: JsonObject;
}

const eventsOf = (change: Change, core: Core): Told[] => {
  switch (change.type) {
    case 'message_created':
      return messageEvent('MESSAGE_CREATE', change.message, core);
    case 'message_updated':
      return messageEvent('MESSAGE_UPDATE', change.message, core);
    case 'message_deleted': {
      const { id, channel_id, ephemeral_to } = change.message;
      if (ephemeral_to !== undefined) return [];
      const direct = core.guild.channel(channel_id)?.type === 1;
      const place = direct ? {} : { guild_id: ids.guild };
      return [{ event: 'MESSAGE_DELETE', data: { id, channel_id, ...place }, direct }];
    }
    case 'channel_created':
      return channelEvent('CREATE', change.channel, core);
    case 'channel_updated':
      return channelEvent('UPDATE', change.channel, core);
    case 'channel_deleted':
      return channelEvent('DELETE', change.channel, core);
    case 'member':
      return change.member.inGuild
        ? [
            {
              event: 'GUILD_MEMBER_UPDATE',
              data: { ...core.payloads.member(change.member), guild_id: ids.guild },
            },
          ]
        : [];
    case 'bot_removed':
      return [{ event: 'GUILD_DELETE', data: { id: ids.guild } }];
    case 'bot_added':
      return [{ event: 'GUILD_CREATE', data: guildCreate(core) }];
    default:
      return [];
  }
};

const messageEvent = (event: string, message: StoredMessage, core: Core): Told[] => {
  const channel = core.guild.channel(message.channel_id);
  if (message.ephemeral_to !== undefined || channel === undefined) return [];
  const direct = channel.type === 1;
  if (!direct && !core.guild.may(ids.bot, 'VIEW_CHANNEL', channel)) return [];
  const author = core.guild.member(message.author);
  const place =
    direct || author === undefined
      ? {}
      : { guild_id: ids.guild, member: { ...core.payloads.member(author), user: undefined } };
  return [
    {
      event,
      data: { ...core.payloads.message(message), ...place },
      hidden: { ...core.payloads.message(message, true), ...place },
      direct,
    },
  ];
};

const channelEvent = (what: 'CREATE' | 'UPDATE' | 'DELETE', channel: Channel, core: Core): Told[] => {
  if (channel.type === 1) return [];
  const { id, type } = channel;
  if (channel.thread === undefined)
    return [{ event: `CHANNEL_${what}`, data: core.payloads.channel(channel) }];
  if (what === 'DELETE')
    return [
      { event: 'THREAD_DELETE', data: { id, type, guild_id: ids.guild, parent_id: channel.thread.parent } },
    ];
  const fresh = what === 'CREATE' ? { newly_created: true } : {};
  return [{ event: `THREAD_${what}`, data: { ...core.payloads.thread(channel), ...fresh } }];
};
