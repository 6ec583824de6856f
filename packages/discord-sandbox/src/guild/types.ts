import { z } from 'zod';

const object = z.record(z.string(), z.unknown());

/** An uploaded file of a message. */
export const attachmentSchema = z.object({
  id: z.string(),
  filename: z.string(),
  description: z.string().exactOptional(),
  content_type: z.string(),
  size: z.number(),
  width: z.number().exactOptional(),
  height: z.number().exactOptional(),
});

/**
 * A message as the sandbox keeps it. Field names are Discord's, with these of our own: `author` is an id;
 * `attachments` has every file, also those that an embed shows (in an answer of the API they are left out);
 * embeds keep `attachment://name`; `ephemeral_to` is who alone sees it; `interaction` is what it answers.
 */
export const storedMessageSchema = z.object({
  id: z.string(),
  channel_id: z.string(),
  author: z.string(),
  type: z.number(),
  content: z.string(),
  timestamp: z.string(),
  edited_timestamp: z.string().nullable(),
  flags: z.number(),
  embeds: z.array(object),
  components: z.array(object),
  attachments: z.array(attachmentSchema),
  nonce: z.union([z.string(), z.number()]).exactOptional(),
  reply_to: z.string().exactOptional(),
  ephemeral_to: z.string().exactOptional(),
  interaction: z
    .object({ id: z.string(), type: z.number(), user: z.string(), name: z.string().exactOptional() })
    .exactOptional(),
});

export type Attachment = z.infer<typeof attachmentSchema>;
export type StoredMessage = z.infer<typeof storedMessageSchema>;

/** Who may do more or less in one channel than their roles say; bits as decimal text. */
const overwriteSchema = z.object({
  id: z.string(),
  type: z.union([z.literal(0), z.literal(1)]),
  allow: z.string(),
  deny: z.string(),
});

/** A text channel (0), a direct conversation (1) or a public thread (11). */
export const channelSchema = z.object({
  id: z.string(),
  type: z.union([z.literal(0), z.literal(1), z.literal(11)]),
  name: z.string(),
  overwrites: z.array(overwriteSchema),
  /** Who the app talks with in a direct conversation. */
  recipient: z.string().exactOptional(),
  thread: z
    .object({
      parent: z.string(),
      owner: z.string(),
      archived: z.boolean(),
      locked: z.boolean(),
      /** Minutes without a message until it is archived. */
      autoArchive: z.number(),
      archivedAt: z.string(),
      messages: z.number(),
    })
    .exactOptional(),
});

export type Channel = z.infer<typeof channelSchema>;

/** Somebody with an account; `roles` counts in the server only. */
export const memberSchema = z.object({
  id: z.string(),
  /** Handle, e.g. `vera`. */
  username: z.string(),
  /** As shown beside messages, e.g. `Vera Rubin`. */
  displayName: z.string(),
  bot: z.boolean(),
  roles: z.array(z.string()),
  inGuild: z.boolean(),
  /** Whether they take direct messages of the server's bots. */
  takesDirectMessages: z.boolean(),
});

export type Member = z.infer<typeof memberSchema>;

export interface Role {
  readonly id: string;
  readonly name: string;
  /** Bits as decimal text. */
  readonly permissions: string;
  readonly position: number;
  readonly color: number;
  /** The role that Discord made for the app. */
  readonly ofBot: boolean;
}

/** Changes of the server that people can see. */
export type Change =
  | {
      readonly type: 'message_created' | 'message_updated' | 'message_deleted';
      readonly message: StoredMessage;
    }
  | { readonly type: 'channel_created' | 'channel_updated' | 'channel_deleted'; readonly channel: Channel }
  | { readonly type: 'member'; readonly member: Member }
  | { readonly type: 'bot_removed' | 'bot_added' | 'commands' | 'status' }
  | { readonly type: 'modals'; readonly user: string }
  | { readonly type: 'notice'; readonly notice: Notice };

/** A notice of Discord's client to one person, such as that the app did not answer a click. */
export interface Notice {
  readonly id: string;
  readonly user: string;
  readonly channel: string;
  /** The message concerned; none if a command failed. */
  readonly about?: string;
  readonly text: string;
}

/** Message flags that the sandbox uses. */
export const messageFlags = {
  suppressEmbeds: 1 << 2,
  hasThread: 1 << 5,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressNotifications: 1 << 12,
  componentsV2: 1 << 15,
} as const;
