import { createHash } from 'node:crypto';
import type { RawFile } from '@discordjs/rest';
import type { APIEmbed, APIMessage, RESTAPIAttachment } from 'discord-api-types/v10';
import type { PictureId } from '../content/picture.ts';
import type { SaidFile } from '../content/said.ts';
import type { Place } from '../port.ts';
import { clip, LIMITS } from './limits.ts';
import { attached, type DiscordMessage, type ShownPicture } from './messages/message.ts';

/** Pictures kept in memory; a card's is about 100 kB. */
const MOST_KEPT = 64;
const MOST_PLACES = 2_000;

/** A message with the files to attach. */
export interface Sendable {
  readonly body: {
    readonly content: string;
    readonly embeds: readonly APIEmbed[];
    readonly components: DiscordMessage['components'];
    readonly allowed_mentions: { readonly parse: [] };
    readonly attachments?: readonly RESTAPIAttachment[];
  };
  readonly files: RawFile[];
}

/** Pictures of messages. On Discord a picture is an attachment of its message, and an edit keeps it. */
export interface Attachments {
  /** Keeps a picture for later messages. @throws Error if it is larger than Discord takes */
  keep(file: SaidFile): PictureId;
  has(picture: PictureId): boolean;
  /** The pictures that a message carries; undefined if unknown. */
  carriedBy(place: Pick<Place, 'id'>): ReadonlySet<PictureId> | undefined;
  /** Records a message as Discord returned it. */
  learn(message: Pick<APIMessage, 'id' | 'attachments' | 'embeds'>): void;
  /** A complete message, to post or to replace another. A picture that is not in memory is left out. */
  toPost(message: DiscordMessage, file?: SaidFile): Sendable;
  /** An edit of a message: keeps its picture, replaces it by a new one, or removes one that is no longer shown. */
  toChange(message: DiscordMessage, carried: ReadonlySet<PictureId>): Sendable;
}

/** `alert-123.3fa9c1d2.png`: the same bytes always get the same name, also after a restart. */
const nameOf = ({ filename, bytes }: SaidFile): PictureId => {
  const mark = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return filename.replace(/(\.\w+)?$/, `.${mark}$1`);
};

/** The file name at the end of an address. */
const fileNameIn = (url: string | undefined): PictureId[] =>
  url === undefined || !URL.canParse(url)
    ? []
    : [decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '')];

/** The pictures that a message carries. Discord lists those in an embed only in the embed. */
const carriedIn = ({ attachments, embeds }: Pick<APIMessage, 'attachments' | 'embeds'>): Set<PictureId> =>
  new Set([
    ...attachments.map(({ filename }) => filename),
    ...embeds.flatMap(({ image, thumbnail }) => [...fileNameIn(image?.url), ...fileNameIn(thumbnail?.url)]),
  ]);

const without = (embed: APIEmbed, hidden: readonly ShownPicture[]): APIEmbed => {
  const { image, thumbnail, ...rest } = embed;
  const isShown = (url: string): boolean => !hidden.some((picture) => attached(picture) === url);
  return {
    ...rest,
    ...(image !== undefined && isShown(image.url) ? { image } : {}),
    ...(thumbnail !== undefined && isShown(thumbnail.url) ? { thumbnail } : {}),
  };
};

export const createAttachments = (): Attachments => {
  const kept = new Map<PictureId, Uint8Array>();
  const places = new Map<string, ReadonlySet<PictureId>>();

  const bodyOf = (message: DiscordMessage, hidden: readonly ShownPicture[]): Sendable['body'] => ({
    content: message.content,
    embeds: message.embeds.map((embed) => without(embed, hidden)),
    components: message.components,
    allowed_mentions: { parse: [] },
  });
  const fileOf = ({ id }: ShownPicture, index: number): RawFile => ({
    name: id,
    data: Buffer.from(kept.get(id) ?? []),
    key: `files[${index}]`,
    contentType: 'image/png',
  });
  const described = ({ id, alt }: ShownPicture, index: number): RESTAPIAttachment => ({
    id: index,
    filename: id,
    description: clip(alt, LIMITS.altText),
  });

  return {
    keep: (file) => {
      if (file.bytes.byteLength > LIMITS.attachmentBytes)
        throw new Error(`${file.filename} is larger than Discord takes (10 MB)`);
      const id = nameOf(file);
      kept.delete(id);
      kept.set(id, file.bytes);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return id;
    },
    has: (picture) => kept.has(picture),
    carriedBy: ({ id }) => places.get(id),
    learn: (message) => {
      const { id } = message;
      places.delete(id);
      places.set(id, carriedIn(message));
      const [oldest] = places.keys();
      if (places.size > MOST_PLACES && oldest !== undefined) places.delete(oldest);
    },
    toPost: (message, file) => {
      const shown = message.pictures.filter(({ id }) => kept.has(id));
      const hidden = message.pictures.filter(({ id }) => !kept.has(id));
      const files = shown.map(fileOf);
      const attachments: RESTAPIAttachment[] = shown.map(described);
      if (file !== undefined) {
        files.push({ name: file.filename, data: Buffer.from(file.bytes), key: `files[${files.length}]` });
        attachments.push({ id: shown.length, filename: file.filename });
      }
      return { body: { ...bodyOf(message, hidden), attachments }, files };
    },
    toChange: (message, carried) => {
      const fresh = message.pictures.filter(({ id }) => !carried.has(id) && kept.has(id));
      const hidden = message.pictures.filter(({ id }) => !carried.has(id) && !kept.has(id));
      const stays = message.pictures.some(({ id }) => carried.has(id));
      const replaces = fresh.length > 0 || (!stays && carried.size > 0);
      return {
        body: { ...bodyOf(message, hidden), ...(replaces ? { attachments: fresh.map(described) } : {}) },
        files: fresh.map(fileOf),
      };
    },
  };
};
