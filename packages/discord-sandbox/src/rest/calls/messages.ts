import { isObject, stringOf } from 'sandbox-kit/json';
import { ids } from '../../guild/ids.ts';
import { isSnowflake } from '../../guild/snowflakes.ts';
import type { Channel, StoredMessage } from '../../guild/types.ts';
import { messageFlags } from '../../guild/types.ts';
import { limits } from '../../validate/limits.ts';
import { checkInteger, problem } from '../../validate/problems.ts';
import { refuse, refuseForm } from '../api-error.ts';
import { mayPost, messageIn, needContent, needPermission, seenChannel } from '../channel-access.ts';
import { attach, contentOf, refuseEmpty } from '../message-content.ts';
import { type Answer, type Call, noContent, ok, param, type Route } from '../route.ts';
import { wakeThread } from './threads.ts';

const fivePerFiveSeconds = { limit: 5, windowMs: 5_000 };
const settable = messageFlags.suppressEmbeds | messageFlags.suppressNotifications;

/** Posts a message; an enforced nonce used in the last minutes returns its message instead. */
const create = (call: Call): Answer => {
  const { core, body } = call;
  const channel = seenChannel(call);
  const content = contentOf(call);
  mayPost(
    channel,
    { embeds: (content.parts.embeds ?? []).length > 0, files: content.files.length > 0 },
    core,
  );
  refuseEmpty(content.parts, content.files.length);
  const nonce = typeof body.nonce === 'string' || typeof body.nonce === 'number' ? body.nonce : undefined;
  if (body.enforce_nonce === true && nonce !== undefined) {
    const made = core.guild.storage.message(core.nonces.messageOf(ids.bot, nonce) ?? '0');
    if (made !== undefined) return ok(core.payloads.message(made));
  }
  const replyTo = referencedMessage(call, channel);
  wakeThread(channel, core);
  const id = core.guild.nextId();
  const message = core.guild.post({
    ...content.parts,
    id,
    channel_id: channel.id,
    author: ids.bot,
    flags: content.flags & settable,
    attachments: attach(content, { id, attachments: [] }, core),
    ...(nonce === undefined ? {} : { nonce }),
    ...(replyTo === undefined ? {} : { type: 19, reply_to: replyTo }),
  });
  if (nonce !== undefined) core.nonces.remember(ids.bot, nonce, message.id);
  return ok(core.payloads.message(message));
};

/** @throws 50035 if the message to reply to is missing */
const referencedMessage = ({ body, core }: Call, channel: Channel): string | undefined => {
  const reference = body.message_reference;
  if (!isObject(reference)) return undefined;
  needPermission('READ_MESSAGE_HISTORY', channel, core);
  const id = stringOf(reference.message_id) ?? '';
  const found = isSnowflake(id) ? core.guild.storage.message(id) : undefined;
  if (found?.channel_id === channel.id && found.ephemeral_to === undefined) return id;
  if (reference.fail_if_not_exists !== false)
    refuseForm([problem(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message')]);
  return undefined;
};

const edit = (call: Call): Answer => {
  const { core } = call;
  const channel = seenChannel(call);
  const message = messageIn(channel, param(call, 'message'), core);
  if (message.author !== ids.bot) refuse('editOfAnother');
  if (channel.thread?.archived === true) refuse('archivedThread');
  const content = contentOf(call);
  needContent(
    channel,
    { embeds: (content.parts.embeds ?? []).length > 0, files: content.files.length > 0 },
    core,
  );
  const attachments = attach(content, message, core);
  const next: StoredMessage = { ...message, ...content.parts, attachments };
  refuseEmpty(next, attachments.length);
  return ok(core.payloads.message(core.guild.update(next, true)));
};

const list = (call: Call): Answer => {
  const { core, query } = call;
  const channel = seenChannel(call);
  const limit = Number(query.get('limit') ?? 50);
  const named = (['around', 'before', 'after'] as const).filter((key) => query.has(key));
  refuseForm([
    ...checkInteger(limit, ['limit'], { min: 1, max: limits.listedMessages }),
    ...named
      .filter((key) => !isSnowflake(query.get(key)))
      .map((key) => problem([key], 'NUMBER_TYPE_COERCE', `Value "${query.get(key)}" is not snowflake.`)),
  ]);
  // Without the history permission the list is empty, without an error (docs, Get Channel Messages).
  if (channel.type !== 1 && !core.guild.may(ids.bot, 'READ_MESSAGE_HISTORY', channel)) return ok([]);
  const hidden = !core.gateway.readsContent() && channel.type !== 1;
  const found = listed(call, channel.id, limit, named[0]);
  return ok(found.map((message) => core.payloads.message(message, hidden)));
};

/** `around`, `before` and `after` exclude each other; the newest message comes first. */
const listed = (
  { core, query }: Call,
  channel: string,
  limit: number,
  how: 'around' | 'before' | 'after' | undefined,
): StoredMessage[] => {
  const { messages, message } = core.guild.storage;
  const id = how === undefined ? '' : (query.get(how) ?? '');
  if (how === 'after') return messages({ channel, limit, after: id, ascending: true }).reverse();
  if (how === 'before') return messages({ channel, limit, before: id });
  if (how === undefined) return messages({ channel, limit });
  const half = Math.floor(limit / 2);
  const middle = message(id);
  return [
    ...messages({ channel, limit: half, after: id, ascending: true }).reverse(),
    ...(middle?.channel_id === channel ? [middle] : []),
    ...messages({ channel, limit: half, before: id }),
  ].slice(0, limit);
};

export const messageRoutes: readonly Route[] = [
  {
    name: 'create-message',
    method: 'POST',
    path: '/channels/:channel/messages',
    rate: fivePerFiveSeconds,
    run: create,
  },
  {
    name: 'edit-message',
    method: 'PATCH',
    path: '/channels/:channel/messages/:message',
    rate: fivePerFiveSeconds,
    run: edit,
  },
  {
    name: 'delete-message',
    method: 'DELETE',
    path: '/channels/:channel/messages/:message',
    rate: { limit: 5, windowMs: 1_000 },
    run: (call) => {
      const channel = seenChannel(call);
      const message = messageIn(channel, param(call, 'message'), call.core);
      if (message.author !== ids.bot) needPermission('MANAGE_MESSAGES', channel, call.core);
      if (channel.thread?.archived === true) refuse('archivedThread');
      call.core.guild.remove(message);
      return noContent;
    },
  },
  {
    name: 'get-channel-message',
    method: 'GET',
    path: '/channels/:channel/messages/:message',
    rate: fivePerFiveSeconds,
    run: (call) => {
      const channel = seenChannel(call);
      if (channel.type !== 1 && !call.core.guild.may(ids.bot, 'READ_MESSAGE_HISTORY', channel))
        refuse('missingAccess');
      const message = messageIn(channel, param(call, 'message'), call.core);
      return ok(call.core.payloads.message(message, !call.core.gateway.readsContent() && channel.type !== 1));
    },
  },
  {
    name: 'get-channel-messages',
    method: 'GET',
    path: '/channels/:channel/messages',
    rate: fivePerFiveSeconds,
    run: list,
  },
];
