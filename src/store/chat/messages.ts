import type { Db } from '../open-store.ts';
import type { MessageKind, MessageRow } from '../schema.ts';

/** Asks for a message to be posted; a second call with the same key changes nothing. */
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

/** Asks for a posted message to be drawn again from the store. */
export const wantRedraw = async (db: Db, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  await db
    .updateTable('messages')
    .set((eb) => ({ wanted: eb('wanted', '+', 1) }))
    .where('key', 'in', keys)
    .execute();
};

/** Messages still to be posted, oldest first: those never tried and those whose sending was cut off. */
export const messagesToPost = (db: Db): Promise<MessageRow[]> =>
  db.selectFrom('messages').selectAll().where('state', 'in', ['pending', 'sending']).orderBy('id').execute();

/** Posted messages whose picture in the chat is older than the store. */
export const messagesToRedraw = (db: Db): Promise<MessageRow[]> =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('state', '=', 'posted')
    .whereRef('wanted', '>', 'drawn')
    // What people look at now before what only has to be tidied up in an earlier round.
    .orderBy((eb) => eb.fn.coalesce('round_id', eb.lit(0)), 'desc')
    .orderBy('id')
    .execute();

/** The messages of a round's cards, by candidate id. */
export const cardMessagesOf = async (db: Db, roundId: number): Promise<Map<number, MessageRow>> => {
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('kind', '=', 'card')
    .where('round_id', '=', roundId)
    .execute();
  return new Map(rows.flatMap((row) => (row.candidate_id === null ? [] : [[row.candidate_id, row]])));
};

export const findMessage = (db: Db, key: string): Promise<MessageRow | undefined> =>
  db.selectFrom('messages').selectAll().where('key', '=', key).executeTakeFirst();

/** The chat's time of the youngest message posted to a channel; null before the first. */
export const lastPostedTs = async (db: Db, channel: string): Promise<string | null> => {
  const row = await db
    .selectFrom('messages')
    .select('ts')
    .where('channel', '=', channel)
    .where('ts', 'is not', null)
    .orderBy((eb) => eb.cast<number>('ts', 'real'), 'desc')
    .executeTakeFirst();
  return row?.ts ?? null;
};

/** Written before the chat is called: a row found in this state after a crash may or may not be posted. */
export const markSending = async (db: Db, id: number, channel: string, at: string): Promise<void> => {
  await db
    .updateTable('messages')
    .set((eb) => ({ state: 'sending', channel, sent_at: at, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .execute();
};

/** The chat said that it did not post it: the next try need not look for it first. */
export const markPending = async (db: Db, id: number): Promise<void> => {
  await db.updateTable('messages').set({ state: 'pending' }).where('id', '=', id).execute();
};

export const markPosted = async (db: Db, id: number, ts: string, drawn: number): Promise<void> => {
  await db
    .updateTable('messages')
    .set({ state: 'posted', ts, drawn, error: null })
    .where('id', '=', id)
    .execute();
};

export const markDrawn = async (db: Db, id: number, drawn: number): Promise<void> => {
  await db.updateTable('messages').set({ drawn, error: null }).where('id', '=', id).execute();
};

/** The chat refused a part of it: it is drawn plainer from now on. */
export const markPlainer = async (db: Db, id: number, plainness: number): Promise<void> => {
  await db.updateTable('messages').set({ plainness }).where('id', '=', id).execute();
};

/** The chat refused the message for good (its content, not the line, is at fault). */
export const markFailed = async (db: Db, id: number, error: string): Promise<void> => {
  await db.updateTable('messages').set({ state: 'failed', error }).where('id', '=', id).execute();
};
