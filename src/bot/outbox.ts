import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { createWaits } from '../lib/waiting.ts';
import {
  findMessage,
  lastPostedTs,
  markDrawn,
  markFailed,
  markPending,
  markPlainer,
  markPosted,
  markSending,
  messagesToPost,
  messagesToRedraw,
} from '../store/chat/messages.ts';
import type { Db } from '../store/open-store.ts';
import type { MessageRow } from '../store/schema.ts';
import type { ChannelMessage } from './content/said.ts';
import type { Chat } from './port.ts';

export interface OutboxOptions {
  readonly db: Db;
  /** A chat that does not retry: after an unanswered post the outbox looks before it posts again. */
  readonly chat: Pick<Chat, 'channel' | 'post' | 'update' | 'find' | 'refusal'>;
  /** What a message says, from the store. */
  readonly read: (row: MessageRow) => Promise<ChannelMessage>;
  /**
   * Called before a message is posted (`posting`) or drawn again, to get its pictures ready; what comes
   * after it in the queue may be prepared too. Bounded in time, and never rejects.
   */
  readonly prepare?: (rows: readonly MessageRow[], posting: boolean) => Promise<void>;
  /** Called after a message was posted or drawn again. */
  readonly onSent?: () => void;
  readonly clock: () => Date;
  readonly log: Logger;
}

export interface Outbox {
  /** Says that there may be something to post or to draw again. */
  poke(): void;
  /** Stops after the call under way. */
  stop(): Promise<void>;
}

/** Without charts and pictures; see `plainness` in the store's schema. */
const PLAINEST = 2;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/**
 * Brings the channel in line with the store's messages table. Two loops run side by side, one posting and
 * one drawing posted messages again, so that thirty cards on their way never hold up the change of a card
 * that somebody has just clicked. A row is marked before its call and after it; one that was cut off in
 * between is looked for in the channel by its metadata and posted only if it is not there.
 */
export const createOutbox = ({
  db,
  chat,
  read,
  prepare = async () => undefined,
  onSent = () => undefined,
  clock,
  log,
}: OutboxOptions): Outbox => {
  const { channel } = chat;
  const stopping = new AbortController();
  const waits = createWaits(stopping.signal);
  let pokes = 0;

  const poke = (): void => {
    pokes += 1;
    waits.wake();
  };

  /** The ts of the message in whose thread this one goes; null where it goes into the channel. */
  const threadOf = async (row: MessageRow): Promise<string | null> =>
    row.thread_key === null ? null : ((await findMessage(db, row.thread_key))?.ts ?? null);

  const findPosted = async (row: MessageRow, thread: string | null): Promise<string | null> => {
    if (row.sent_at === null) return null;
    // Posts are made one after the other, so a lost one is younger than the last that was answered. That
    // one's time is the chat's own; ours may be minutes away from it.
    const after = await lastPostedTs(db, channel);
    const found = await chat.find({ channel, thread, after, since: row.sent_at });
    return found.get(row.key)?.id ?? null;
  };

  const post = async (row: MessageRow): Promise<void> => {
    const thread = await threadOf(row);
    if (row.state === 'sending') {
      const ts = await findPosted(row, thread);
      if (ts !== null) {
        log.info({ key: row.key }, 'found a message posted before the interruption');
        // What it shows may be old by now: drawn 0 has it drawn again if anything was wanted since.
        await markPosted(db, row.id, ts, 0);
        return;
      }
    }
    const message = await read(row);
    await markSending(db, row.id, channel, clock().toISOString());
    const { id } = await chat.post(message, { channel, thread });
    await markPosted(db, row.id, id, row.wanted);
  };

  const redraw = async (row: MessageRow): Promise<void> => {
    if (row.ts === null) throw new Error(`message ${row.key} is posted but has no ts`);
    await chat.update({ channel: row.channel ?? channel, id: row.ts }, await read(row));
    await markDrawn(db, row.id, row.wanted);
  };

  /** Deals with a failed call. @returns how long to wait before the next one, in ms */
  const afterFailure = async (
    row: MessageRow,
    error: unknown,
    backOff: number,
    posting: boolean,
  ): Promise<number> => {
    const verdict = chat.refusal(error);
    switch (verdict.kind) {
      case 'limited':
        if (posting) await markPending(db, row.id);
        log.debug({ key: row.key, seconds: verdict.seconds }, 'the chat asks to wait');
        return verdict.seconds * 1000;
      case 'content':
        if (row.plainness < PLAINEST) {
          log.warn(
            { key: row.key, error: messageOf(error) },
            'the chat refuses this message; drawing it plainer',
          );
          await markPlainer(db, row.id, row.plainness + 1);
          if (posting) await markPending(db, row.id);
          return 0;
        }
        log.error({ key: row.key, error: messageOf(error) }, 'the chat refuses this message');
        await (posting ? markFailed(db, row.id, messageOf(error)) : markDrawn(db, row.id, row.wanted));
        return 0;
      case 'gone':
        log.warn({ key: row.key, error: messageOf(error) }, 'the message cannot be changed any more');
        await markDrawn(db, row.id, row.wanted);
        return 0;
      case 'refused':
        if (posting) await markPending(db, row.id);
        log.error({ key: row.key, error: messageOf(error) }, verdict.advice);
        return backOff;
      case 'unsure':
        log.warn({ key: row.key, error: messageOf(error) }, 'no answer from the chat; trying again');
        return backOff;
    }
  };

  const run = async (posting: boolean): Promise<void> => {
    let backOff = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      const seen = pokes;
      const rows = posting ? await messagesToPost(db) : await messagesToRedraw(db);
      const [row] = rows;
      if (row === undefined) {
        // A poke that came while the store was asked must not be slept through.
        if (pokes === seen) await waits.untilWoken();
        continue;
      }
      try {
        await prepare(rows, posting);
        if (stopping.signal.aborted) return;
        await (posting ? post(row) : redraw(row));
        backOff = FIRST_PAUSE_MS;
        onSent();
        // Something may have been asked of this message while it was on its way.
        if (posting) poke();
      } catch (error) {
        const ms = await afterFailure(row, error, backOff, posting);
        if (ms > 0) await waits.sleep(ms);
        backOff = Math.min(backOff * 2, LONGEST_PAUSE_MS);
      }
    }
  };

  const keepRunning = async (posting: boolean): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await run(posting);
      } catch (error) {
        log.error({ error: messageOf(error) }, 'the outbox stumbled; it goes on in a minute');
        await waits.sleep(LONGEST_PAUSE_MS);
      }
    }
  };
  const loops = [keepRunning(true), keepRunning(false)];

  return {
    poke,
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
};
