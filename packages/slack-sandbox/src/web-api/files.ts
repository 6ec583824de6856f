import { objectsOf, stringOf } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { ids, newId } from '../workspace/ids.ts';
import { slackFileOf } from '../workspace/slack-message.ts';
import type { StoredFile } from '../workspace/types.ts';
import { missing, SlackApiError } from './api-error.ts';
import { channelToPostIn } from './channel-access.ts';
import type { Methods } from './method.ts';

/** The three steps of an external upload, and files.info. */
export const filesMethods: Methods = {
  'files.getUploadURLExternal': {
    token: 'bot',
    scope: 'files:write',
    perMinute: 100,
    run: (args, core) => {
      const name = args.required('filename');
      const length = args.number('length');
      if (length === undefined) throw missing('length');
      if (length < 1) throw new SlackApiError('invalid_arguments');
      const id = newId('F');
      core.workspace.storage.saveFile({
        id,
        name,
        title: name,
        mimetype: '',
        size: length,
        created: Math.floor(core.workspace.now().getTime() / 1000),
        completed: false,
        ready: false,
      });
      return { upload_url: `${core.baseUrl()}/upload/${core.uploads.issue(id)}`, file_id: id };
    },
  },
  'files.completeUploadExternal': {
    token: 'bot',
    scope: 'files:write',
    perMinute: 100,
    run: (args, core) => {
      const wanted = objectsOf(args.json('files'));
      if (wanted.length === 0) throw missing('files');
      const files = wanted.map(({ id, title }) => {
        const file = core.workspace.storage.file(stringOf(id) ?? '');
        if (file === undefined || core.workspace.storage.bytes(file.id) === undefined)
          throw new SlackApiError('file_not_found');
        return { ...file, title: stringOf(title) ?? file.title };
      });
      for (const file of files) complete(file, core);
      const channel = args.text('channel_id');
      if (channel !== undefined) {
        core.workspace.post({
          channel: channelToPostIn(channel, 'message', core),
          user: ids.botUser,
          text: args.text('initial_comment') ?? '',
          thread_ts: args.text('thread_ts'),
          files: files.map((file) => file.id),
        });
      }
      // As in Slack, the type is not known yet.
      return { files: files.map((file) => slackFileOf({ ...file, mimetype: '' }, core.baseUrl())) };
    },
  },
  'files.info': {
    token: 'bot',
    scope: 'files:read',
    perMinute: 100,
    run: (args, core) => {
      const id = args.required('file');
      if (core.workspace.storage.isDeleted(id)) throw new SlackApiError('file_deleted');
      const file = core.workspace.storage.file(id);
      if (!file?.completed) throw new SlackApiError('file_not_found');
      const shares = core.workspace.storage.sharesOf(file.id);
      return { file: slackFileOf(file, core.baseUrl(), shares), comments: [] };
    },
  },
};

/** Marks the upload as complete; its type becomes known a moment later, and blocks may name it after another. */
const complete = (file: StoredFile, core: Core): void => {
  const { storage } = core.workspace;
  storage.saveFile({ ...file, completed: true });
  core.later(() => {
    const bytes = storage.bytes(file.id);
    if (bytes === undefined) return;
    storage.saveFile({ ...file, completed: true, mimetype: mimetypeOf(bytes), size: bytes.length });
    core.later(() => storage.setReady(file.id), core.settings.fileSettleMs);
  }, core.settings.fileDelayMs);
};

/** Continues scans that a stop of the sandbox interrupted. */
export const resumeFiles = (core: Core): void => {
  for (const file of core.workspace.storage.unreadyFiles()) complete(file, core);
};

/** The type from the first bytes, as in Slack, not from the name. */
const mimetypeOf = (bytes: Uint8Array): string => {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (start.startsWith('GIF8')) return 'image/gif';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'image/webp';
  return 'application/octet-stream';
};
