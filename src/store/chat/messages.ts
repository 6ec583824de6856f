import type { Db } from '../open-store.ts';
import type { MessageKind, MessageRow } from '../schema.ts';

/** Requests a message; a second call with the same key changes nothing. */
export const wantMessage = async (
  db: Db,
  message: {
    readonly key: string;
    readonly kind: MessageKind;
    readonly roundId?: number;
    readonly candidateId?: number;
    readonly payload?: string;
    readonly threadKey?: string;
    readonly at: string;
  },
): Promise<void> => {
  await db
    .insertInto('messages')
    .values({
      key: message.key,
      kind: message.kind,
      round_id: message.roundId ?? null,
      candidate_id: message.candidateId ?? null,
      payload: message.payload ?? null,
      state: 'pending',
      channel: null,
      ts: null,
      created_at: message.at,
      sent_at: null,
      error: null,
      thread_key: message.threadKey ?? null,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
};

/** Requests a message again that was no longer wanted: posted if it is absent, else redrawn. */
export const wantAgain = async (db: Db, key: string): Promise<void> => {
  await db
    .updateTable('messages')
    .set({ state: 'pending', ts: null })
    .where('key', '=', key)
    .where('state', '=', 'dropped')
    .execute();
  await wantRedraw(db, [key]);
};

/** Requests a redraw of a posted message. */
export const wantRedraw = async (db: Db, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  await db
    .updateTable('messages')
    .set((eb) => ({ wanted: eb('wanted', '+', 1) }))
    .where('key', 'in', keys)
    .execute();
};

/** As `wantRedraw`, for messages that are posted or being posted; pending ones will be current anyway. */
export const wantSentRedraw = async (db: Db, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  await db
    .updateTable('messages')
    .set((eb) => ({ wanted: eb('wanted', '+', 1) }))
    .where('key', 'in', keys)
    .where('state', 'not in', ['pending', 'dropped'])
    .execute();
};

/** Wanted messages not known to be in the channel, oldest first; see `MessageState`. */
export const messagesToPost = (db: Db): Promise<MessageRow[]> =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('state', 'in', ['pending', 'sending', 'unsure'])
    .orderBy('id')
    .execute();

/** Messages that could not be drawn, or that the chat refused for good. */
export const failedMessages = (db: Db): Promise<MessageRow[]> =>
  db.selectFrom('messages').selectAll().where('state', '=', 'failed').orderBy('id').execute();

/** A message to redraw. */
export interface RedrawRow extends MessageRow {
  /** 1: a card of a finished round to be shrunk; it can wait. */
  readonly tidying: number;
}

/**
 * Posted messages that are older than the store, current ones before those of earlier rounds that only need
 * tidying.
 */
export const messagesToRedraw = (db: Db): Promise<RedrawRow[]> =>
  db
    .selectFrom('messages')
    .leftJoin('rounds', 'rounds.id', 'messages.round_id')
    .selectAll('messages')
    .select((eb) =>
      eb
        .case()
        .when(
          eb.and([
            eb('messages.kind', '=', 'card'),
            eb('rounds.state', '!=', 'open'),
            // The end of a round requests one redraw, and the answer that caused it requested one before.
            eb('messages.wanted', '=', eb('messages.drawn', '+', 1)),
          ]),
        )
        .then(1)
        .else(0)
        .end()
        .as('tidying'),
    )
    .where('messages.state', '=', 'posted')
    .where('messages.ts', 'is not', null)
    .whereRef('messages.wanted', '>', 'messages.drawn')
    .orderBy('tidying')
    .orderBy((eb) => eb.fn.coalesce('messages.round_id', eb.lit(0)), 'desc')
    .orderBy('messages.id')
    .execute();

/** All messages of a round. */
export const messagesOfRound = (db: Db, roundId: number): Promise<MessageRow[]> =>
  db.selectFrom('messages').selectAll().where('round_id', '=', roundId).orderBy('id').execute();

/** A round's card messages, by candidate id. */
export const cardMessagesOf = async (db: Db, roundId: number): Promise<Map<number, MessageRow>> => {
  const cards = (await messagesOfRound(db, roundId)).filter(({ kind }) => kind === 'card');
  return new Map(cards.flatMap((row) => (row.candidate_id === null ? [] : [[row.candidate_id, row]])));
};

export interface MessageCounts {
  /** Waiting for a post, or being posted. */
  readonly waiting: number;
  /** Unknown whether they are in the channel. */
  readonly unsure: number;
  /** They cannot be drawn, or the chat refuses their content. */
  readonly failed: number;
}

export const countMessages = async (db: Db): Promise<MessageCounts> => {
  const rows = await db
    .selectFrom('messages')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', 'in', ['pending', 'sending', 'unsure', 'failed'])
    .groupBy('state')
    .execute();
  const count = (state: string): number => rows.find((row) => row.state === state)?.count ?? 0;
  return { waiting: count('pending') + count('sending'), unsure: count('unsure'), failed: count('failed') };
};

export const messageById = (db: Db, id: number): Promise<MessageRow | undefined> =>
  db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirst();

/** As `sent_thread`: sent to the channel, because the thread that the message belongs to took no messages. */
export const IN_CHANNEL = '';

/** The chat's id of the message in whose thread this one is; null in the channel itself. */
export const postedThreadOf = async (
  db: Db,
  { thread_key, sent_thread }: Pick<MessageRow, 'thread_key' | 'sent_thread'>,
): Promise<string | null> => {
  if (thread_key === null || sent_thread === IN_CHANNEL) return null;
  return sent_thread ?? (await findMessage(db, thread_key))?.ts ?? null;
};

export const findMessage = (db: Db, key: string): Promise<MessageRow | undefined> =>
  db.selectFrom('messages').selectAll().where('key', '=', key).executeTakeFirst();

/**
 * The chat's id of the newest message in a channel; null before the first. Ids grow with time in every chat and
 * may be too long for a number, so they are compared by length, then as text.
 */
export const lastPostedTs = async (db: Db, channel: string): Promise<string | null> => {
  const row = await db
    .selectFrom('messages')
    .select('ts')
    .where('channel', '=', channel)
    .where('ts', 'is not', null)
    .orderBy((eb) => eb.fn<number>('length', ['ts']), 'desc')
    .orderBy('ts', 'desc')
    .executeTakeFirst();
  return row?.ts ?? null;
};

export type MessageChanges = Partial<
  Pick<
    MessageRow,
    | 'channel'
    | 'ts'
    | 'sent_at'
    | 'sent_thread'
    | 'after_ts'
    | 'asked_at'
    | 'attempts'
    | 'drawn'
    | 'plainness'
    | 'error'
  >
>;

/**
 * Changes a message that is still in the state in `row`.
 * @returns false if it has left that state
 */
export const changeMessage = async (
  db: Db,
  row: Pick<MessageRow, 'id' | 'state'>,
  changes: MessageChanges & Pick<MessageRow, 'state'>,
): Promise<boolean> => {
  const result = await db
    .updateTable('messages')
    .set(changes)
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** Notes that the operators were asked about it. */
export const markAsked = async (db: Db, id: number, at: string): Promise<void> => {
  await db.updateTable('messages').set({ asked_at: at }).where('id', '=', id).execute();
};

/**
 * The chat shows it as wanted when `row` was read, at the place that `row` says: where it has another one by now, that
 * one is still to be drawn. The next drawing tries again what this one left out.
 */
export const markDrawn = async (
  db: Db,
  { id, ts, channel, wanted }: Pick<MessageRow, 'id' | 'ts' | 'channel' | 'wanted'>,
): Promise<void> => {
  await db
    .updateTable('messages')
    .set({ drawn: wanted, plainness: 0, error: null })
    .where('id', '=', id)
    .where('ts', ts === null ? 'is' : '=', ts)
    .where('channel', channel === null ? 'is' : '=', channel)
    .execute();
};

/** The chat refused a part of it: it is drawn with this degradation from now on. */
export const markDegraded = async (db: Db, id: number, degradation: number): Promise<void> => {
  await db.updateTable('messages').set({ plainness: degradation }).where('id', '=', id).execute();
};
