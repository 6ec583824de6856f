import { isObject, type JsonObject } from 'sandbox-kit/json';
import { ids } from './ids.ts';
import { type Attachment, type Channel, messageFlags, type StoredMessage } from './types.ts';

/** Options of a message's payload. */
interface MessageParts {
  /** The thread started from it. */
  readonly place: Channel | undefined;
  readonly user: (id: string) => JsonObject;
  readonly thread: (channel: Channel) => JsonObject;
  readonly baseUrl: string;
}

/** Discord's time format: microseconds and an offset. */
export const discordTime = (iso: string): string => iso.replace(/(\.\d{3})Z$/, '$1000+00:00');

/**
 * A message in Discord's format. `hidden`: without other people's text, for apps without the message content
 * intent.
 */
export const messagePayload = (
  one: StoredMessage,
  hidden: boolean,
  { place, user, thread, baseUrl }: MessageParts,
): JsonObject => {
  const own = hidden && one.author !== ids.bot;
  return {
    id: one.id,
    channel_id: one.channel_id,
    type: one.type,
    author: user(one.author),
    content: own ? '' : one.content,
    timestamp: discordTime(one.timestamp),
    edited_timestamp: one.edited_timestamp === null ? null : discordTime(one.edited_timestamp),
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    pinned: false,
    flags: one.flags | (place?.thread === undefined ? 0 : messageFlags.hasThread),
    embeds: own ? [] : one.embeds.map((embed) => shownEmbed(embed, one, baseUrl)),
    components: own ? [] : one.components,
    attachments: own ? [] : looseAttachments(one).map((file) => attachmentPayload(file, one, baseUrl)),
    ...(one.nonce === undefined ? {} : { nonce: one.nonce }),
    ...(one.reply_to === undefined
      ? {}
      : {
          message_reference: {
            type: 0,
            channel_id: one.channel_id,
            message_id: one.reply_to,
            guild_id: ids.guild,
          },
        }),
    ...(place?.thread === undefined ? {} : { thread: thread(place) }),
    ...(one.author === ids.bot && one.interaction !== undefined
      ? {
          application_id: ids.bot,
          webhook_id: ids.bot,
          interaction_metadata: interactionMetadata(one, user),
        }
      : {}),
  };
};

const interactionMetadata = (one: StoredMessage, user: (id: string) => JsonObject): JsonObject => ({
  id: one.interaction?.id,
  type: one.interaction?.type,
  user: user(one.interaction?.user ?? ''),
  authorizing_integration_owners: { 0: ids.guild },
  ...(one.interaction?.name === undefined ? {} : { name: one.interaction.name }),
});

const PICTURE_KEYS = ['image', 'thumbnail'] as const;

/** The file that an embed's picture names by `attachment://`, if the message has it. */
const attachmentNamed = (url: unknown, message: StoredMessage): Attachment | undefined =>
  typeof url === 'string' && url.startsWith('attachment://')
    ? message.attachments.find(({ filename }) => `attachment://${filename}` === url)
    : undefined;

/** Files that no embed shows: Discord lists only these in `attachments`. */
const looseAttachments = (message: StoredMessage): readonly Attachment[] => {
  const shown = message.embeds.flatMap((embed) =>
    PICTURE_KEYS.map(
      (key) => attachmentNamed(isObject(embed[key]) ? embed[key].url : undefined, message)?.id,
    ),
  );
  return message.attachments.filter(({ id }) => !shown.includes(id));
};

const attachmentUrl = (file: Attachment, message: StoredMessage, baseUrl: string): string =>
  `${baseUrl}/attachments/${message.channel_id}/${file.id}/${encodeURIComponent(file.filename)}`;

const attachmentPayload = (file: Attachment, message: StoredMessage, baseUrl: string): JsonObject => {
  const url = attachmentUrl(file, message, baseUrl);
  return { ...file, url, proxy_url: url };
};

const shownEmbed = (embed: JsonObject, message: StoredMessage, baseUrl: string): JsonObject => {
  const pictures = PICTURE_KEYS.flatMap((key) => {
    const picture = embed[key];
    if (!isObject(picture)) return [];
    const file = attachmentNamed(picture.url, message);
    if (file === undefined) return [];
    const url = attachmentUrl(file, message, baseUrl);
    return [
      [key, { url, proxy_url: url, width: file.width ?? 0, height: file.height ?? 0, flags: 0 }] as const,
    ];
  });
  return { type: 'rich', ...embed, ...Object.fromEntries(pictures) };
};
