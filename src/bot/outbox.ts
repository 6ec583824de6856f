import type { MessageMetadata } from '@slack/types';
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  type WebClient,
} from '@slack/web-api';
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
import type { DrawnMessage } from './slack/messages/message.ts';

/** Marks our messages, so that they can be found again in the channel after a crash. */
export const MESSAGE_EVENT = 'finkvra_message';

export interface OutboxOptions {
  readonly db: Db;
  /** A client that does not retry: after an unanswered post the outbox looks before it posts again. */
  readonly client: WebClient;
  readonly channel: string;
  /** Draws a message from the store. */
  readonly draw: (row: MessageRow) => Promise<DrawnMessage>;
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

/** Refusals that no second try will change: the message itself is at fault. */
const CONTENT_ERRORS = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'metadata_too_large',
  'invalid_metadata_format',
]);
/** Refusals of an update that mean the message is not there, or not ours, any more. */
const GONE_ERRORS = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** Without charts and pictures; see `plainness` in the store's schema. */
const PLAINEST = 2;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** How long before our own time of a lost post its search starts while there is no post to start from. */
const SEARCH_MARGIN_S = 86_400;

/** What the chat's answer means for the row; `unsure`: the call may or may not have been carried out. */
type Verdict = { kind: 'content' | 'gone' | 'refused' | 'unsure' } | { kind: 'limited'; seconds: number };

const verdictOf = (error: unknown): Verdict => {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'limited', seconds: error.retryAfter };
  if (error instanceof WebAPIPlatformError) {
    if (CONTENT_ERRORS.has(error.data.error)) return { kind: 'content' };
    if (GONE_ERRORS.has(error.data.error)) return { kind: 'gone' };
    // Slack says so itself when it cannot tell whether it did what was asked.
    return {
      kind: ['internal_error', 'fatal_error', 'request_timeout'].includes(error.data.error)
        ? 'unsure'
        : 'refused',
    };
  }
  if (error instanceof WebAPIHTTPError || error instanceof WebAPIRequestError) return { kind: 'unsure' };
  throw error;
};

const metadataFor = (row: MessageRow, about: DrawnMessage['about']): MessageMetadata => ({
  event_type: MESSAGE_EVENT,
  event_payload: {
    key: row.key,
    kind: row.kind,
    ...(row.round_id === null ? {} : { round: row.round_id }),
    ...(row.candidate_id === null ? {} : { candidate: row.candidate_id }),
    ...about,
  },
});

/**
 * Brings the channel in line with the store's messages table. Two loops run side by side, one posting and
 * one drawing posted messages again, so that thirty cards on their way never hold up the change of a card
 * that somebody has just clicked. A row is marked before its call and after it; one that was cut off in
 * between is looked for in the channel by its metadata and posted only if it is not there.
 */
export const createOutbox = ({
  db,
  client,
  channel,
  draw,
  prepare = async () => undefined,
  onSent = () => undefined,
  clock,
  log,
}: OutboxOptions): Outbox => {
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
    // one's ts is Slack's own time; ours may be minutes away from it.
    const oldest =
      (await lastPostedTs(db, channel)) ?? String(Date.parse(row.sent_at) / 1000 - SEARCH_MARGIN_S);
    let cursor: string | undefined;
    do {
      const where = {
        channel,
        oldest,
        limit: 200,
        include_all_metadata: true as const,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const page =
        thread === null
          ? await client.conversations.history(where)
          : await client.conversations.replies({ ...where, ts: thread });
      for (const message of page.messages ?? []) {
        const { metadata } = message;
        if (metadata?.event_type !== MESSAGE_EVENT || message.ts === undefined) continue;
        const payload: Record<string, unknown> = { ...metadata.event_payload };
        if (payload.key === row.key) return message.ts;
      }
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined);
    return null;
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
    const { about, text, blocks } = await draw(row);
    await markSending(db, row.id, channel, clock().toISOString());
    const answer = await client.chat.postMessage({
      channel,
      text,
      blocks,
      metadata: metadataFor(row, about),
      ...(thread === null ? {} : { thread_ts: thread }),
      unfurl_links: false,
      unfurl_media: false,
    });
    if (answer.ts === undefined) throw new Error(`Slack gave no ts for ${row.key}`);
    await markPosted(db, row.id, answer.ts, row.wanted);
  };

  const redraw = async (row: MessageRow): Promise<void> => {
    if (row.ts === null) throw new Error(`message ${row.key} is posted but has no ts`);
    const { text, blocks } = await draw(row);
    await client.chat.update({ channel: row.channel ?? channel, ts: row.ts, text, blocks });
    await markDrawn(db, row.id, row.wanted);
  };

  /** Deals with a failed call. @returns how long to wait before the next one, in ms */
  const afterFailure = async (
    row: MessageRow,
    error: unknown,
    backOff: number,
    posting: boolean,
  ): Promise<number> => {
    const verdict = verdictOf(error);
    switch (verdict.kind) {
      case 'limited':
        if (posting) await markPending(db, row.id);
        log.debug({ key: row.key, seconds: verdict.seconds }, 'Slack asks to wait');
        return verdict.seconds * 1000;
      case 'content':
        if (row.plainness < PLAINEST) {
          log.warn(
            { key: row.key, error: messageOf(error) },
            'Slack refuses this message; drawing it plainer',
          );
          await markPlainer(db, row.id, row.plainness + 1);
          if (posting) await markPending(db, row.id);
          return 0;
        }
        log.error({ key: row.key, error: messageOf(error) }, 'Slack refuses this message');
        await (posting ? markFailed(db, row.id, messageOf(error)) : markDrawn(db, row.id, row.wanted));
        return 0;
      case 'gone':
        log.warn({ key: row.key, error: messageOf(error) }, 'the message cannot be changed any more');
        await markDrawn(db, row.id, row.wanted);
        return 0;
      case 'refused':
        if (posting) await markPending(db, row.id);
        log.error({ key: row.key, error: messageOf(error) }, refusalAdvice(error));
        return backOff;
      case 'unsure':
        log.warn({ key: row.key, error: messageOf(error) }, 'no answer from Slack; trying again');
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

const refusalAdvice = (error: unknown): string => {
  const name = error instanceof WebAPIPlatformError ? error.data.error : '';
  switch (name) {
    case 'channel_not_found':
    case 'not_in_channel':
    case 'is_archived':
      return 'Slack cannot post to the channel: check SLACK_CHANNEL and invite the bot with /invite';
    case 'invalid_auth':
    case 'not_authed':
    case 'account_inactive':
    case 'token_revoked':
      return 'Slack does not accept the bot token: check SLACK_BOT_TOKEN';
    case 'missing_scope':
      return 'the Slack app lacks a scope: reinstall it with manifest.yaml';
    default:
      return 'Slack refused; trying again later';
  }
};
