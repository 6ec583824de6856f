import type { JsonObject } from 'sandbox-kit/json';
import { ids } from './ids.ts';
import type { StoredFile, StoredMessage } from './types.ts';

/** A message in the Web API and payloads; metadata only on request. */
export const slackMessageOf = (
  message: StoredMessage,
  extra: { readonly metadata?: boolean; readonly replies?: readonly StoredMessage[] } = {},
): JsonObject => ({
  type: 'message',
  ...(message.deleted === true ? { subtype: 'tombstone', hidden: true } : {}),
  user: message.user,
  ts: message.ts,
  text: message.text,
  team: ids.team,
  ...(message.bot_id === undefined
    ? {}
    : {
        bot_id: message.bot_id,
        app_id: ids.app,
        bot_profile: { id: ids.bot, app_id: ids.app, name: ids.botName, deleted: false, team_id: ids.team },
      }),
  ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
  ...(message.files.length === 0 ? {} : { files: message.files.map((id) => ({ id })) }),
  ...(message.edited_ts === undefined ? {} : { edited: { user: message.user, ts: message.edited_ts } }),
  ...(extra.metadata === true && message.metadata !== undefined ? { metadata: message.metadata } : {}),
  ...threadFields(message, extra.replies ?? []),
});

const threadFields = (message: StoredMessage, replies: readonly StoredMessage[]): JsonObject => {
  if (message.thread_ts !== undefined)
    return {
      thread_ts: message.thread_ts,
      ...(message.reply_broadcast === true ? { subtype: 'thread_broadcast' } : {}),
    };
  const last = replies.at(-1);
  if (last === undefined) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: users,
    reply_users_count: users.length,
    latest_reply: last.ts,
  };
};

/** A file in files.info and files.completeUploadExternal. */
export const slackFileOf = (
  file: StoredFile,
  base: string,
  shares: readonly { readonly channel: string; readonly ts: string }[] = [],
): JsonObject => ({
  id: file.id,
  created: file.created,
  timestamp: file.created,
  name: file.name,
  title: file.title,
  mimetype: file.mimetype,
  filetype: file.mimetype === '' ? '' : (file.name.split('.').at(-1) ?? ''),
  user: ids.botUser,
  size: file.size,
  mode: 'hosted',
  is_external: false,
  is_public: shares.length > 0,
  shares: {
    public: Object.fromEntries(
      shares.map(({ channel }) => [
        channel,
        shares.filter((one) => one.channel === channel).map(({ ts }) => ({ ts })),
      ]),
    ),
  },
  url_private: `${base}/files/${file.id}`,
  url_private_download: `${base}/files/${file.id}`,
  permalink: `${base}/files/${file.id}`,
});
