import type { JsonObject } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { directChannelOf, ids, members, stranger } from '../workspace/ids.ts';
import { slackMessageOf } from '../workspace/slack-message.ts';
import type { StoredMessage } from '../workspace/types.ts';
import { SlackApiError } from './api-error.ts';
import { isIn, joinableChannel, knownChannel, readableChannel } from './channel-access.ts';
import { type Arguments, asBot, type Methods } from './method.ts';

export const conversationsMethods: Methods = {
  'conversations.history': asBot('channels:history', 50, (args, core) => {
    const channel = readableChannel(args.required('channel'), core);
    const window = readWindow(args);
    const found = core.workspace.storage.messages({
      channel,
      thread: 'main',
      ...window.bounds,
      limit: window.limit + 1,
    });
    const { storage } = core.workspace;
    return page(found, window.limit, args, (message) =>
      slackMessageOf(message, {
        metadata: args.flag('include_all_metadata'),
        replies: storage.messages({ thread: { root: message.ts }, channel, ascending: true }).slice(1),
      }),
    );
  }),
  'conversations.replies': asBot('channels:history', 50, (args, core) => {
    const channel = readableChannel(args.required('channel'), core);
    const root = core.workspace.storage.message(channel, args.required('ts'));
    if (root === undefined) throw new SlackApiError('thread_not_found');
    const window = readWindow(args);
    const all = core.workspace.storage.messages({ channel, thread: { root: root.ts }, ascending: true });
    const replies = all.slice(1);
    const after = args.text('cursor') === undefined ? window.bounds.after : readCursor(args);
    const wanted = all.filter(({ ts }) => ts > (after ?? '') && ts < (window.bounds.before ?? '~'));
    const metadata = args.flag('include_all_metadata');
    const messages = wanted.slice(0, window.limit);
    return {
      messages: messages.map((message) => slackMessageOf(message, { metadata, replies })),
      ...more(wanted.length > window.limit, messages.at(-1)?.ts),
    };
  }),
  'conversations.info': asBot('channels:read', 50, (args, core) => ({
    channel: channelInfo(knownChannel(args.required('channel'), core), core),
  })),
  'conversations.list': asBot('channels:read', 20, (_args, core) => ({
    channels: core.workspace.storage
      .channels()
      .filter(({ id, isPrivate }) => !isPrivate || isIn(id, core))
      .map(({ id }) => channelInfo(id, core)),
    response_metadata: { next_cursor: '' },
  })),
  'conversations.join': asBot('channels:join', 50, (args, core) => {
    const channel = joinableChannel(args.required('channel'), core);
    const warning = 'already_in_channel';
    const warnings = isIn(channel, core) ? { warning, response_metadata: { warnings: [warning] } } : {};
    core.workspace.storage.setMember(channel, ids.botUser);
    return { channel: channelInfo(channel, core), ...warnings };
  }),
  'conversations.members': asBot('channels:read', 100, (args, core) => ({
    members: core.workspace.storage.members(knownChannel(args.required('channel'), core)),
    response_metadata: { next_cursor: '' },
  })),
  'conversations.open': asBot('im:write', 50, (args, core) => {
    const user = args.required('users');
    if (core.workspace.member(user) === undefined) throw new SlackApiError('user_not_found');
    return { channel: { id: directChannelOf(user) } };
  }),
};

interface Window {
  readonly limit: number;
  readonly bounds: { readonly after?: string; readonly before?: string };
}

const readWindow = (args: Arguments): Window => {
  const limit = args.number('limit') ?? 100;
  if (limit < 1 || limit > 999) throw new SlackApiError('invalid_limit');
  const inclusive = args.flag('inclusive');
  const oldest = args.text('oldest');
  const latest = args.text('cursor') === undefined ? args.text('latest') : readCursor(args);
  for (const ts of [oldest, args.text('latest')])
    if (ts !== undefined && !/^\d+(\.\d+)?$/.test(ts))
      throw new SlackApiError(ts === oldest ? 'invalid_ts_oldest' : 'invalid_ts_latest');
  return {
    limit,
    bounds: {
      ...(oldest === undefined || oldest === '0' ? {} : { after: bound(oldest, inclusive ? -1n : 0n) }),
      ...(latest === undefined
        ? {}
        : { before: bound(latest, inclusive && args.text('cursor') === undefined ? 1n : 0n) }),
    },
  };
};

/** A timestamp shifted by some microseconds, in the full form that comparisons use. */
const bound = (ts: string, shift: bigint): string => {
  const [seconds = '0', fraction = ''] = ts.split('.');
  const moved = (BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6)) + shift)
    .toString()
    .padStart(16, '0');
  return `${moved.slice(0, -6)}.${moved.slice(-6)}`;
};

const page = (
  found: readonly StoredMessage[],
  limit: number,
  args: Arguments,
  render: (message: StoredMessage) => JsonObject,
): JsonObject => {
  const messages = found.slice(0, limit);
  return {
    messages: messages.map(render),
    pin_count: 0,
    ...(args.text('latest') === undefined ? {} : { latest: args.text('latest') }),
    ...more(found.length > limit, messages.at(-1)?.ts),
  };
};

const more = (hasMore: boolean, lastTs: string | undefined): JsonObject => ({
  has_more: hasMore,
  ...(hasMore && lastTs !== undefined
    ? { response_metadata: { next_cursor: Buffer.from(`next_ts:${lastTs}`).toString('base64') } }
    : {}),
});

const readCursor = (args: Arguments): string => {
  const text = Buffer.from(args.text('cursor') ?? '', 'base64').toString();
  if (!/^next_ts:\d+\.\d+$/.test(text)) throw new SlackApiError('invalid_cursor');
  return text.slice('next_ts:'.length);
};

const channelInfo = (id: string, core: Core): JsonObject => {
  const channel = core.workspace.channel(id);
  const people = core.workspace.storage.members(id);
  if (channel === undefined)
    return { id, is_im: true, user: members.find((member) => directChannelOf(member.id) === id)?.id };
  const shared = people.some((user) => core.workspace.member(user)?.team === stranger.team);
  return {
    id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate,
    is_private: channel.isPrivate,
    is_archived: channel.isArchived,
    is_general: false,
    is_shared: shared,
    is_ext_shared: shared,
    is_member: people.includes(ids.botUser),
    creator: members[0]?.id,
    num_members: people.length,
    topic: { value: 'Fink alerts to label', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
};
