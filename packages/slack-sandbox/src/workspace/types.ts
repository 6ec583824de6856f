import { z } from 'zod';

const object = z.record(z.string(), z.unknown());

/** A message's hidden payload in chat.postMessage and conversations.history. */
export const metadataSchema = z.object({ event_type: z.string(), event_payload: object });

/**
 * A stored message. Field names are Slack's, with four of our own: `ephemeral_to` (the only person who sees it),
 * `files` (ids), `placeholders` (ids of files in its blocks that people cannot see, because no posted message had
 * shared them) and `deleted` (what is left of a deleted thread root while it has replies). A thread's root has no
 * `thread_ts`; replies carry the root's `ts`.
 */
export const storedMessageSchema = z.object({
  channel: z.string(),
  ts: z.string(),
  user: z.string(),
  bot_id: z.string().optional(),
  text: z.string(),
  blocks: z.array(object),
  metadata: metadataSchema.optional(),
  thread_ts: z.string().optional(),
  reply_broadcast: z.boolean().optional(),
  ephemeral_to: z.string().optional(),
  edited_ts: z.string().optional(),
  files: z.array(z.string()),
  placeholders: z.array(z.string()).optional(),
  deleted: z.boolean().optional(),
});

export type MessageMetadata = z.infer<typeof metadataSchema>;
export type StoredMessage = z.infer<typeof storedMessageSchema>;

/** A channel of the workspace. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
}

/** A member of the workspace, or of another one with a shared channel (Slack Connect). */
export interface Member {
  readonly id: string;
  /** Handle, e.g. `vera`. */
  readonly name: string;
  /** The name beside messages, such as `Vera Rubin`. */
  readonly realName: string;
  readonly team: string;
}

/** An uploaded file. As in Slack, `mimetype` is empty until the bytes were scanned. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly size: number;
  readonly created: number;
  readonly completed: boolean;
  /** Whether blocks may name it yet. */
  readonly ready: boolean;
}

/** Changes of the workspace that people can see. */
export type Change =
  | { readonly type: 'message'; readonly message: StoredMessage }
  | { readonly type: 'message_deleted'; readonly channel: string; readonly ts: string }
  | { readonly type: 'home'; readonly user: string }
  | { readonly type: 'modals'; readonly user: string }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'status' };

/** A notice of Slack itself to one person, such as that the app did not answer a click. */
export interface Notice {
  readonly id: string;
  readonly user: string;
  readonly channel: string;
  /** The message concerned. */
  readonly about: string;
  readonly text: string;
}
