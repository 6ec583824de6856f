import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { validateMessage } from '../validate/validate-message.ts';
import { ids } from '../workspace/ids.ts';
import { slackMessageOf } from '../workspace/slack-message.ts';
import { type MessageMetadata, metadataSchema, type StoredMessage } from '../workspace/types.ts';
import { missing, refuse, SlackApiError } from './api-error.ts';
import { channelToChange, channelToPostIn, knownChannel } from './channel-access.ts';
import { checkBlockFiles } from './check-block-files.ts';
import type { Arguments, Methods } from './method.ts';
import { limitPosting } from './rate-limits.ts';

export const chatMethods: Methods = {
  'chat.postMessage': {
    token: 'bot',
    scope: 'chat:write',
    perMinute: Number.POSITIVE_INFINITY,
    run: (args, core) => {
      const channel = channelToPostIn(args.required('channel'), 'message', core);
      const content = readContent(args, core, {});
      limitPosting(channel, core);
      const message = core.workspace.post({
        ...content,
        channel,
        user: ids.botUser,
        shares: true,
        ...threadOf(args, core, channel),
      });
      return {
        channel,
        ts: message.ts,
        message: slackMessageOf(message, { metadata: true }),
        response_metadata: args.text('text') === undefined ? noTextWarning : {},
      };
    },
  },
  'chat.update': {
    token: 'bot',
    scope: 'chat:write',
    perMinute: 50,
    run: (args, core) => {
      const message = ownMessage(args, core, 'cant_update_message');
      const hasBlocks = args.json('blocks') !== undefined;
      const content = readContent(args, core, { update: true, current: message });
      const text = args.text('text');
      const updated = core.workspace.update(message, {
        text: content.text,
        // Text without blocks removes the blocks; without either, they stay.
        ...(hasBlocks || text !== undefined ? { blocks: content.blocks } : {}),
        ...(args.json('metadata') === undefined ? {} : { metadata: content.metadata }),
        edited: !hasBlocks,
      });
      return {
        channel: message.channel,
        ts: message.ts,
        text: updated.text,
        message: slackMessageOf(updated),
      };
    },
  },
  'chat.delete': {
    token: 'bot',
    scope: 'chat:write',
    perMinute: 50,
    run: (args, core) => {
      const message = ownMessage(args, core, 'cant_delete_message');
      core.workspace.remove(message);
      return { channel: message.channel, ts: message.ts };
    },
  },
  'chat.postEphemeral': {
    token: 'bot',
    scope: 'chat:write',
    perMinute: 100,
    run: (args, core) => {
      const channel = channelToPostIn(args.required('channel'), 'private note', core);
      const user = args.text('user');
      if (user === undefined) throw missing('user');
      if (!core.workspace.isMember(channel, user)) throw new SlackApiError('user_not_in_channel');
      const message = core.workspace.post({
        ...readContent(args, core, {}),
        channel,
        user: ids.botUser,
        ephemeral_to: user,
        ...threadOf(args, core, channel),
      });
      return { message_ts: message.ts };
    },
  },
  'chat.getPermalink': {
    token: 'bot',
    perMinute: 100,
    run: (args, core) => {
      const message = findMessage(
        knownChannel(args.required('channel'), core),
        args.required('message_ts'),
        core,
      );
      return { channel: message.channel, permalink: `${core.baseUrl()}/#${message.channel}/${message.ts}` };
    },
  },
};

const noTextWarning = { warnings: ['missing_text_in_message'] };

/** Text, blocks and metadata, validated by Slack's rules. */
const readContent = (
  args: Arguments,
  core: Core,
  options: { readonly update?: boolean; readonly current?: StoredMessage },
): { text: string; blocks: JsonObject[]; metadata?: MessageMetadata } => {
  const blocks = args.json('blocks');
  const metadata = args.json('metadata');
  const text = args.text('text');
  if (args.json('attachments') !== undefined && blocks === undefined && text === undefined)
    throw new SlackApiError('invalid_attachments', { note: 'the sandbox shows no attachments; use blocks' });
  refuse(validateMessage({ text, blocks, metadata }, { update: options.update === true }));
  checkBlockFiles(blocks, core);
  return {
    text: text ?? options.current?.text ?? '',
    blocks: objectsOf(blocks),
    ...(isObject(metadata) && Object.keys(metadata).length > 0
      ? { metadata: metadataSchema.parse(metadata) }
      : {}),
  };
};

const threadOf = (
  args: Arguments,
  core: Core,
  channel: string,
): { thread_ts?: string; reply_broadcast?: boolean } => {
  const ts = args.text('thread_ts');
  if (ts === undefined) return {};
  const root = core.workspace.storage.message(channel, ts);
  if (root === undefined || root.deleted === true) throw new SlackApiError('thread_not_found');
  if (core.workspace.isLocked(channel, root.thread_ts ?? root.ts))
    throw new SlackApiError('restricted_action_thread_locked');
  return { thread_ts: root.thread_ts ?? root.ts, reply_broadcast: args.flag('reply_broadcast') };
};

const findMessage = (channel: string, ts: string, core: Core): StoredMessage => {
  const message = core.workspace.storage.message(channel, ts);
  if (message === undefined || message.deleted === true || message.ephemeral_to !== undefined)
    throw new SlackApiError('message_not_found');
  return message;
};

const ownMessage = (args: Arguments, core: Core, otherwise: string): StoredMessage => {
  const channel = channelToChange(args.required('channel'), core);
  const message = findMessage(channel, args.required('ts'), core);
  if (message.user !== ids.botUser) throw new SlackApiError(otherwise);
  return message;
};
