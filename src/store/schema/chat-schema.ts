import type { Generated, Selectable } from 'kysely';

/** A file uploaded to the chat, by what it shows: `card:<candid>`, `chart:<round>`. */
export interface UploadTable {
  key: string;
  /** Null while no upload has come through. */
  file_id: string | null;
  attempts: number;
  error: string | null;
  at: string;
}

export interface MessageTable {
  id: Generated<number>;
  /** Names what the message is about, once and for all: `card:17`, `header:3`, `digest:2026-05-02`. */
  key: string;
  kind: MessageKind;
  round_id: number | null;
  candidate_id: number | null;
  /** JSON of what cannot be drawn from other tables (a digest's figures). */
  payload: string | null;
  state: MessageState;
  channel: string | null;
  ts: string | null;
  /** Drawn again whenever `wanted` is above `drawn`. */
  wanted: Generated<number>;
  drawn: Generated<number>;
  attempts: Generated<number>;
  created_at: string;
  sent_at: string | null;
  error: string | null;
  /** Key of the message in whose thread this one stands; null in the channel itself. */
  thread_key: string | null;
  /** Degradation: how much the chat has refused of it since it was last drawn. 0 nothing, 2 pictures. */
  plainness: Generated<number>;
  /** The youngest message of the channel when this one was sent: a lost one is younger. */
  after_ts: string | null;
  /** When operators were asked whether it is there. */
  asked_at: string | null;
  /** The thread that it was sent to, by the chat's id of its head; null in the channel, and where it was not kept. */
  sent_thread: string | null;
}

/** How a message stands; what leads from one state to the next is in `src/bot/outbox/states.ts`. */
export type MessageState =
  /** To be posted; nothing is on its way. */
  | 'pending'
  /** A post was begun and its outcome is not known: looked for before anything else. */
  | 'sending'
  /** No look settles whether it is there. */
  | 'unsure'
  | 'posted'
  /** It cannot be drawn, or the chat refuses its content for good. */
  | 'failed'
  /** Not in the channel and not wanted there any more. */
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

/** Small things to remember, one JSON value a name. */
export interface KeyValueTable {
  name: string;
  value: string;
}

export type MessageRow = Selectable<MessageTable>;
