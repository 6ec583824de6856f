import type { Generated, Selectable } from 'kysely';

/** An uploaded file by its content: `card:<candid>`, `chart:<round>`. */
export interface UploadTable {
  key: string;
  /** Null before the first successful upload. */
  file_id: string | null;
  attempts: number;
  error: string | null;
  at: string;
}

export interface MessageTable {
  id: Generated<number>;
  /** Names the message for good: `card:17`, `header:3`, `digest:2026-05-02`. */
  key: string;
  kind: MessageKind;
  round_id: number | null;
  candidate_id: number | null;
  /** JSON of what cannot be read from other tables (a digest's figures). */
  payload: string | null;
  state: MessageState;
  channel: string | null;
  ts: string | null;
  /** The message is redrawn while `wanted` is above `drawn`. */
  wanted: Generated<number>;
  drawn: Generated<number>;
  attempts: Generated<number>;
  created_at: string;
  sent_at: string | null;
  error: string | null;
  /** Key of the message in whose thread this one is; null in the channel itself. */
  thread_key: string | null;
  /** Degradation: how much the chat has refused since the last full drawing. 0 nothing, 2 pictures. */
  plainness: Generated<number>;
  /** The newest message of the channel when this one was sent: a lost one is newer. */
  after_ts: string | null;
  /** When operators were asked about it. */
  asked_at: string | null;
  /**
   * The thread that it was sent to, by the chat's id of its head; '' if it has a head but was sent to the channel;
   * null without a head, and in older rows.
   */
  sent_thread: string | null;
}

/** A message's state; transitions are in `src/bot/outbox/states.ts`. */
export type MessageState =
  /** Waiting for its post; no call is under way. */
  | 'pending'
  /** A post was started and its outcome is unknown: it is looked for first. */
  | 'sending'
  /** No look can tell whether it is there. */
  | 'unsure'
  | 'posted'
  /** It cannot be drawn, or the chat refuses its content for good. */
  | 'failed'
  /** Not in the channel, and no longer wanted there. */
  | 'dropped';

export type MessageKind =
  | 'header'
  | 'card'
  | 'report'
  | 'report_details'
  | 'digest'
  | 'digest_details'
  | 'reminder'
  | 'promotion';

export interface PersonTable {
  user_id: string;
  name: string;
}

/** Small values by name, as JSON. */
export interface KeyValueTable {
  name: string;
  value: string;
}

export type MessageRow = Selectable<MessageTable>;
