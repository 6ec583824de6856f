import type { SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { ids } from '../guild/ids.ts';
import { bitsOf } from '../guild/permissions.ts';
import type { Channel, Member } from '../guild/types.ts';
import { channelFor, ImpossibleAct, memberOf, messageFor } from './acts.ts';

type GuildActs = Omit<
  SandboxActs,
  'click' | 'select' | 'command' | 'autocomplete' | 'submit' | 'closeModal' | 'answerRest'
>;

const roleNames: Readonly<Record<string, string>> = { labellers: ids.labellers, operators: ids.operators };

/** Actions of people and moderators besides using the app. */
export const createGuildActs = (core: Core): GuildActs => {
  const { guild } = core;
  const channelOf = (id: string = ids.channel): Channel => {
    const channel = guild.channel(id);
    if (channel === undefined) throw new ImpossibleAct(`there is no channel ${id}`);
    return channel;
  };
  const moveBot = (inGuild: boolean): void => {
    const bot = guild.member(ids.bot);
    if (bot === undefined || bot.inGuild === inGuild) return;
    guild.changeMember({ ...bot, inGuild });
    guild.announce({ type: inGuild ? 'bot_added' : 'bot_removed' });
  };
  const change = (user: string, changed: Partial<Member>): void =>
    guild.changeMember({ ...memberOf(user, core), ...changed });
  return {
    say: async ({ user, text, channel }) => {
      memberOf(user, core);
      const place = channelFor(user, channel ?? ids.channel, core);
      return guild.post({ channel_id: place.id, author: user, content: text });
    },
    deleteMessage: async ({ message }) => {
      const found = guild.storage.message(message);
      if (found === undefined) throw new ImpossibleAct(`there is no message ${message}`);
      guild.remove(found);
    },
    dismiss: async ({ user, message }) => {
      const found = messageFor(user, message, core);
      if (found.ephemeral_to !== user) throw new ImpossibleAct(`message ${message} is not ${user}'s alone`);
      guild.remove(found);
    },
    createChannel: async ({ name }) => {
      const { id } = guild.addChannel({ id: guild.nextId(), type: 0, name, overwrites: [] });
      return { id };
    },
    deleteChannel: async ({ channel } = {}) => {
      const place = channelOf(channel);
      for (const thread of guild.channels().filter((one) => one.thread?.parent === place.id))
        guild.removeChannel(thread);
      guild.removeChannel(place);
    },
    archiveThread: async ({ thread, locked = false }) => {
      const place = channelOf(thread);
      if (place.thread === undefined) throw new ImpossibleAct(`${thread} is no thread`);
      const archivedAt = guild.now().toISOString();
      guild.changeChannel({ ...place, thread: { ...place.thread, archived: true, locked, archivedAt } });
    },
    denyBot: async ({ channel, permissions }) => {
      const place = channelOf(channel);
      const others = place.overwrites.filter(({ id }) => id !== ids.bot);
      const own =
        permissions.length === 0
          ? []
          : [{ id: ids.bot, type: 1 as const, allow: '0', deny: bitsOf(permissions).toString() }];
      guild.changeChannel({ ...place, overwrites: [...others, ...own] });
    },
    removeBot: async () => moveBot(false),
    inviteBot: async () => moveBot(true),
    setRoles: async ({ user, roles }) =>
      change(user, { roles: roles.map((role) => roleNames[role] ?? role) }),
    setMember: async ({ user, inGuild }) => change(user, { inGuild }),
    takeDirectMessages: async ({ user, take }) => change(user, { takesDirectMessages: take }),
    deliver: async ({ event, data }) => core.gateway.dispatch(event, data),
  };
};
