import type { REST } from '@discordjs/rest';
import {
  type APIChannel,
  type APIGatewayBotInfo,
  type APIGuildMember,
  type APIMessage,
  type APIRole,
  type APIUser,
  Routes,
} from 'discord-api-types/v10';
import type { Sendable } from '../attachments.ts';
import { userOf } from '../ids.ts';

/** The calls to Discord's API that the bot makes, with their answers (docs.discord.com). */
export const callsOf = (rest: REST) => {
  const get = async <T>(route: `/${string}`, query?: Readonly<Record<string, string>>): Promise<T> =>
    (await rest.get(route, query === undefined ? {} : { query: new URLSearchParams(query) })) as T;
  return {
    me: () => get<APIUser>(Routes.user()),
    gateway: () => get<APIGatewayBotInfo>(Routes.gatewayBot()),
    application: () => get<{ readonly id: string }>(Routes.currentApplication()),
    channel: (id: string) => get<APIChannel>(Routes.channel(id)),
    roles: (guild: string) => get<APIRole[]>(Routes.guildRoles(guild)),
    member: (guild: string, user: string) => get<APIGuildMember>(Routes.guildMember(guild, user)),
    message: (channel: string, id: string) => get<APIMessage>(Routes.channelMessage(channel, id)),
    /** Up to 100 messages after this one, unordered. */
    messagesAfter: (channel: string, after: string) =>
      get<APIMessage[]>(Routes.channelMessages(channel), { after, limit: '100' }),
    post: async (
      channel: string,
      { body, files }: Sendable,
      once: { readonly nonce?: string; readonly enforce_nonce?: boolean } = {},
    ): Promise<APIMessage> =>
      (await rest.post(Routes.channelMessages(channel), { body: { ...body, ...once }, files })) as APIMessage,
    change: async (channel: string, id: string, { body, files }: Sendable): Promise<APIMessage> =>
      (await rest.patch(Routes.channelMessage(channel, id), { body, files })) as APIMessage,
    remove: (channel: string, id: string) => rest.delete(Routes.channelMessage(channel, id)),
    /** Starts a message's thread, which gets the message's id. */
    startThread: (channel: string, message: string, name: string) =>
      rest.post(Routes.threads(channel, message), { body: { name, auto_archive_duration: 10_080 } }),
    unarchive: (thread: string) => rest.patch(Routes.channel(thread), { body: { archived: false } }),
    directChannel: async (user: string): Promise<APIChannel> =>
      (await rest.post(Routes.userChannels(), { body: { recipient_id: user } })) as APIChannel,
    commands: (application: string, guild: string) =>
      get<{ readonly name: string }[]>(Routes.applicationGuildCommands(application, guild)),
    setCommands: (application: string, guild: string, commands: readonly unknown[]) =>
      rest.put(Routes.applicationGuildCommands(application, guild), { body: commands }),
  };
};

export type Calls = ReturnType<typeof callsOf>;

/** Direct messages. @throws if the person takes none from bots */
export const createDirectMessages = (calls: Pick<Calls, 'directChannel' | 'post'>) => {
  const channels = new Map<string, string>();
  return {
    send: async (personId: string, message: Sendable): Promise<void> => {
      const user = userOf(personId);
      const channel = channels.get(user) ?? (await calls.directChannel(user)).id;
      channels.set(user, channel);
      await calls.post(channel, message);
    },
  };
};
