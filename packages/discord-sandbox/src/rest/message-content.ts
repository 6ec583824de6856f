import { isObject, type JsonObject, objectsOf, stringOf } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import type { Attachment, StoredMessage } from '../guild/types.ts';
import { messageFlags } from '../guild/types.ts';
import { limits } from '../validate/limits.ts';
import { type Path, type Problem, problem } from '../validate/problems.ts';
import { checkMessage, isEmptyMessage } from '../validate/validate-message.ts';
import { refuse, refuseForm } from './api-error.ts';
import { describeFile } from './file-types.ts';
import type { Call, UploadedFile } from './route.ts';

/** A request's message content, checked; files are stored once the message has an id. */
export interface Content {
  readonly parts: Partial<Pick<StoredMessage, 'content' | 'embeds' | 'components'>>;
  readonly files: readonly NewFile[];
  /** Ids of files to keep in an edit; null keeps all. */
  readonly kept: readonly string[] | null;
  readonly flags: number;
}

interface NewFile {
  readonly attachment: Attachment;
  readonly bytes: Uint8Array;
}

/** @throws 50035 with all of Discord's problems, 40005 for files that are too large */
export const contentOf = (call: Call, body: JsonObject = call.body, at: Path = []): Content => {
  const flags = typeof body.flags === 'number' ? body.flags : 0;
  refuseForm([...checkMessage(body, at), ...checkFiles(call, body, at), ...unknownParts(body, flags, at)]);
  for (const { bytes } of call.files.values()) if (bytes.length > limits.attachmentBytes) refuse('tooLarge');
  return {
    parts: {
      ...(body.content === undefined ? {} : { content: (stringOf(body.content) ?? '').trim() }),
      ...(body.embeds === undefined ? {} : { embeds: objectsOf(body.embeds) }),
      ...(body.components === undefined ? {} : { components: objectsOf(body.components) }),
    },
    files: [...call.files].map(([number, file]) => newFile(number, file, body, call.core)),
    kept: Array.isArray(body.attachments)
      ? objectsOf(body.attachments).flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
      : null,
    flags,
  };
};

/** Stores new files, and returns the message's attachments after the edit or post. */
export const attach = (
  content: Content,
  message: Pick<StoredMessage, 'id' | 'attachments'>,
  core: Core,
): Attachment[] => {
  for (const { attachment, bytes } of content.files)
    core.guild.storage.saveAttachment(attachment.id, message.id, {
      filename: attachment.filename,
      contentType: attachment.content_type,
      bytes,
    });
  const kept = message.attachments.filter(({ id }) => content.kept === null || content.kept.includes(id));
  return [...kept, ...content.files.map(({ attachment }) => attachment)];
};

/** @throws 50006 if the message would be empty */
export const refuseEmpty = (message: JsonObject, files: number): void => {
  if (files === 0 && isEmptyMessage(message)) refuse('emptyMessage');
};

const newFile = (number: number, file: UploadedFile, body: JsonObject, core: Core): NewFile => {
  const about = objectsOf(body.attachments).find(({ id }) => String(id) === String(number));
  const name = (stringOf(about?.filename) ?? file.name).replaceAll(/[^\w.-]/g, '_');
  const description = stringOf(about?.description);
  return {
    bytes: file.bytes,
    attachment: {
      id: core.guild.nextId(),
      filename: name,
      size: file.bytes.length,
      ...(description === undefined ? {} : { description }),
      ...describeFile(name, file.bytes),
    },
  };
};

const checkFiles = ({ files }: Call, body: JsonObject, at: Path): Problem[] => {
  const named = objectsOf(body.attachments);
  const missing = named.flatMap(({ id }, index) =>
    typeof id === 'number' || (typeof id === 'string' && /^\d{1,2}$/.test(id))
      ? files.has(Number(id))
        ? []
        : [
            problem(
              [...at, 'attachments', index],
              'ATTACHMENT_NOT_FOUND',
              `Attachment data for files[${id}] is missing.`,
            ),
          ]
      : [],
  );
  return files.size > limits.attachments
    ? [
        ...missing,
        problem(
          [...at, 'attachments'],
          'BASE_TYPE_MAX_LENGTH',
          `Must be ${limits.attachments} or fewer in length.`,
        ),
      ]
    : missing;
};

/** Fields that Discord has but the sandbox lacks are refused, not ignored. */
const unknownParts = (body: JsonObject, flags: number, at: Path): Problem[] => {
  const missing = (key: string): Problem =>
    problem([...at, key], 'SANDBOX_UNSUPPORTED', `The sandbox has no ${key} of this kind.`);
  return [
    ...((flags & messageFlags.componentsV2) !== 0 ? [missing('flags')] : []),
    ...(isObject(body.poll) ? [missing('poll')] : []),
    ...(objectsOf(body.sticker_ids).length > 0 ? [missing('sticker_ids')] : []),
  ];
};
