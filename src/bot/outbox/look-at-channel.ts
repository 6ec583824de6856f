import { messageOf } from '../../lib/errors.ts';
import { forgetTrouble, readTrouble } from '../../store/chat/channel-trouble.ts';
import { findMessage, messagesOfRound, postedThreadOf, wantRedraw } from '../../store/chat/messages.ts';
import type { Db } from '../../store/open-store.ts';
import { findCandidate, findRound, roundUnderWay } from '../../store/rounds/rounds.ts';
import type { MessageRow } from '../../store/schema.ts';
import type { Place } from '../port.ts';
import type { OutboxContext } from './outbox-context.ts';
import { happen } from './states.ts';

/**
 * Whether a missing message should be in the channel: the card of an open candidate, the header of an open round.
 */
export const isWanted = async (db: Db, row: MessageRow): Promise<boolean> => {
  switch (row.kind) {
    case 'card': {
      const candidate = row.candidate_id === null ? undefined : await findCandidate(db, row.candidate_id);
      return candidate === undefined || candidate.state === 'open';
    }
    case 'header': {
      const round = row.round_id === null ? undefined : await findRound(db, row.round_id);
      return round === undefined || round.state !== 'closed';
    }
    case 'report':
    case 'report_details':
    case 'digest':
    case 'digest_details':
    case 'reminder':
    case 'promotion':
      return true;
  }
};

/** Messages that are posted again if somebody deletes them. The other kinds are not worth it. */
export const isStanding = ({ kind }: MessageRow): boolean => kind === 'card' || kind === 'header';

type LookContext = Pick<OutboxContext, 'db' | 'chat' | 'clock' | 'log' | 'lacksPicture'>;

/**
 * Checks that a message has left its channel, and posts it again if it is still needed. Does nothing if the
 * message is there.
 * @returns whether it is gone; rejects if the look fails
 */
export const goneFromChannel = async ({ db, chat, log }: LookContext, row: MessageRow): Promise<boolean> => {
  if (row.ts === null || row.channel === null) return true;
  const place = { channel: row.channel, id: row.ts };
  if (await chat.stands(place, await postedThreadOf(db, row))) return false;
  if (isStanding(row) && (await isWanted(db, row))) {
    if (await happen(db, row, 'gone', { ts: null, channel: null }))
      log.warn({ key: row.key }, 'a message was deleted from the channel; it is posted again');
  } else {
    await happen(db, row, 'unwanted', { drawn: row.wanted });
  }
  return true;
};

/** Messages of the open round that people need in the channel to answer. */
const neededMessages = async (db: Db, roundId: number): Promise<MessageRow[]> => {
  const needed: MessageRow[] = [];
  for (const row of await messagesOfRound(db, roundId))
    if (isStanding(row) && (await isWanted(db, row))) needed.push(row);
  return needed;
};

/** Those of them that were posted to the channel in use. */
const standingHere = async ({ db, chat }: LookContext, roundId: number): Promise<MessageRow[]> =>
  (await neededMessages(db, roundId)).filter(
    ({ state, ts, channel }) => state === 'posted' && ts !== null && channel === chat.channel,
  );

/**
 * Deletes duplicates: a post that the chat carried out after it was made again. Only if the message that the
 * store knows is there itself.
 */
const removeDoubles = async (
  { db, chat, log }: LookContext,
  key: string,
  places: readonly Place[],
  thread: string | null,
): Promise<void> => {
  const row = await findMessage(db, key);
  if (row?.state !== 'posted' || !places.some(({ id }) => id === row.ts)) return;
  for (const place of places) {
    if (place.id === row.ts) continue;
    log.warn({ key }, 'a message is in the channel twice; the late one is deleted');
    await chat.remove(place, thread);
  }
};

/**
 * Checks that the open round's header and open cards are in the channel, and posts deleted ones again. A failed
 * look changes nothing.
 * @returns whether the look succeeded
 */
export const lookAtChannel = async (context: LookContext): Promise<boolean> => {
  const { db, chat, log } = context;
  const round = await roundUnderWay(db);
  if (round?.state !== 'open') return true;
  const posted = await standingHere(context, round.id);
  try {
    const seen = new Map<string, Place[]>();
    const doubled = new Map<string, string | null>();
    const threads = new Set<string | null>();
    for (const row of posted) threads.add(await postedThreadOf(db, row));
    for (const thread of threads) {
      const where = { channel: chat.channel, thread, after: null, since: round.opened_at };
      for (const { key, place } of await chat.find(where)) {
        const places = seen.get(key) ?? [];
        seen.set(key, [...places, place]);
        if (places.length > 0) doubled.set(key, thread);
      }
    }
    for (const row of posted)
      if (seen.get(row.key)?.some(({ id }) => id === row.ts) !== true) await goneFromChannel(context, row);
    for (const [key, thread] of doubled) await removeDoubles(context, key, seen.get(key) ?? [], thread);
    return true;
  } catch (error) {
    log.debug({ error: messageOf(error) }, 'the channel could not be read; trying again later');
    return false;
  }
};

/** Redraws open cards whose picture somebody has deleted: the redraw uploads it again. */
export const lookAtPictures = async (context: LookContext): Promise<boolean> => {
  const { db, log, lacksPicture } = context;
  const round = await roundUnderWay(db);
  if (round?.state !== 'open') return true;
  try {
    for (const row of await standingHere(context, round.id))
      if (row.kind === 'card' && (await lacksPicture(row))) await wantRedraw(db, [row.key]);
    return true;
  } catch (error) {
    log.debug({ error: messageOf(error) }, 'pictures could not be checked; trying again later');
    return false;
  }
};

/** Plans an early look at the channel: people are answering, or a look failed. */
export const lookSoon = ({ look, times }: Pick<OutboxContext, 'look' | 'times'>): void => {
  const at = Math.max(performance.now(), look.last + times.activeLookMs);
  look.wantedAt = Math.min(look.wantedAt ?? at, at);
};

/** Posts an open round's header and open cards anew if the configured channel has changed. */
export const moveOpenRound = async ({ db, chat, clock, log }: LookContext): Promise<void> => {
  for (const trouble of await readTrouble(db))
    if (trouble.channel !== chat.channel) await forgetTrouble(db, trouble);
  const round = await roundUnderWay(db);
  if (round?.state !== 'open') return;
  const elsewhere = (await neededMessages(db, round.id)).filter(
    ({ state, channel }) =>
      (state === 'posted' || state === 'sending' || state === 'unsure') &&
      channel !== null &&
      channel !== chat.channel,
  );
  const sent_at = clock().toISOString();
  const here = {
    channel: chat.channel,
    ts: null,
    sent_at,
    sent_thread: null,
    after_ts: null,
    asked_at: null,
  };
  for (const row of elsewhere) await happen(db, row, 'moved', here);
  if (elsewhere.length > 0)
    log.info({ round: round.number, messages: elsewhere.length }, 'the open round moves to this channel');
};
