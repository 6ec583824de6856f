import type { Core } from '../core.ts';
import { ids } from '../guild/ids.ts';
import type { Permission } from '../guild/permissions.ts';
import type { Channel, StoredMessage } from '../guild/types.ts';
import { refuse } from './api-error.ts';
import { type Call, param } from './route.ts';

/** The channel in the address, if the app can see it. @throws 10003, 50001 */
export const seenChannel = (call: Call): Channel => channelOf(param(call, 'channel'), call.core);

const channelOf = (id: string, { guild }: Core): Channel => {
  const channel = guild.channel(id);
  if (channel === undefined) return refuse('unknownChannel');
  if (!guild.may(ids.bot, 'VIEW_CHANNEL', channel) && channel.type !== 1) refuse('missingAccess');
  return channel;
};

/** @throws 50013 without the permission; direct messages have all of them */
export const needPermission = (permission: Permission, channel: Channel, { guild }: Core): void => {
  if (channel.type !== 1 && !guild.may(ids.bot, permission, channel)) refuse('missingPermissions');
};

/** Checks the permissions of a post. @throws 50013, 50007, 50083 */
export const mayPost = (
  channel: Channel,
  what: { readonly embeds: boolean; readonly files: boolean },
  core: Core,
): void => {
  if (channel.type === 1) {
    const person = core.guild.member(channel.recipient ?? '');
    const shared = person?.inGuild === true && core.guild.member(ids.bot)?.inGuild === true;
    if (!shared || !person.takesDirectMessages) refuse('closedDirectMessages');
    return;
  }
  needPermission(channel.thread === undefined ? 'SEND_MESSAGES' : 'SEND_MESSAGES_IN_THREADS', channel, core);
  needContent(channel, what, core);
  if (channel.thread?.archived === true && channel.thread.locked) refuse('archivedThread');
};

/** Embeds and files need their own permissions. @throws 50013 */
export const needContent = (
  channel: Channel,
  what: { readonly embeds: boolean; readonly files: boolean },
  core: Core,
): void => {
  if (what.embeds) needPermission('EMBED_LINKS', channel, core);
  if (what.files) needPermission('ATTACH_FILES', channel, core);
};

/** The public message in the address. @throws 10008 */
export const messageIn = (channel: Channel, id: string, core: Core): StoredMessage => {
  const message = core.guild.storage.message(id);
  if (message === undefined || message.channel_id !== channel.id || message.ephemeral_to !== undefined)
    return refuse('unknownMessage');
  return message;
};
