import { objectsOf } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { ids, names } from '../guild/ids.ts';
import { messageFlags, type Notice, type StoredMessage } from '../guild/types.ts';
import type { Answering } from '../interactivity/answer-rest.ts';
import type { PageState, ShownMessage } from '../page-protocol.ts';

/** Newest messages of a channel that the page shows. */
const NEWEST = 150;
/** Newest private answers that the page shows. */
const NEWEST_PRIVATE = 40;

/** The server as one person sees it. */
export const createPageState = (
  core: Core,
  answering: Answering | null,
): ((user: string, notices: readonly Notice[]) => PageState) => {
  const { guild } = core;

  const shown = (message: StoredMessage): ShownMessage => {
    const payload = core.payloads.message(message);
    return {
      id: message.id,
      channel_id: message.channel_id,
      author: message.author,
      type: message.type,
      content: message.content,
      timestamp: message.timestamp,
      edited: message.edited_timestamp !== null,
      private: message.ephemeral_to !== undefined,
      loading: (message.flags & messageFlags.loading) !== 0,
      embeds: objectsOf(payload.embeds),
      components: message.components,
      attachments: objectsOf(payload.attachments),
      replyTo: message.reply_to ?? null,
      command:
        message.interaction?.name === undefined
          ? null
          : { user: message.interaction.user, name: message.interaction.name },
    };
  };

  return (user, notices) => {
    const channels = guild.channels().filter((channel) => guild.may(user, 'VIEW_CHANNEL', channel));
    const messages = [
      ...channels.flatMap(({ id }) => guild.storage.messages({ channel: id, limit: NEWEST })),
      ...guild.storage.messages({ onlyTo: user, limit: NEWEST_PRIVATE }),
    ];
    return {
      user,
      guild: names.guild,
      banner: core.settings.bannerText,
      members: guild.members(),
      roles: guild.roles.map(({ id, name, color }) => ({ id, name, color })),
      channels,
      mainChannel: ids.channel,
      bot: ids.bot,
      messages: messages.sort(byTime).map(shown),
      commands: [...guild.storage.commands(ids.guild), ...guild.storage.commands(null)],
      modal: core.modals.of(user) ?? null,
      notices: notices.filter((notice) => notice.user === user),
      connections: core.gateway.connected(),
      openCards: answering?.openCards() ?? null,
      answering: answering?.progress() ?? null,
    };
  };
};

const byTime = (a: StoredMessage, b: StoredMessage): number => (BigInt(a.id) < BigInt(b.id) ? -1 : 1);
