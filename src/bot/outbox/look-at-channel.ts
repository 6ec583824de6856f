import { messageOf } from '../../lib/errors.ts';
import { forgetTrouble, readTrouble } from '../../store/chat/channel-trouble.ts';
import { findMessage, messagesOfRound, postedThreadOf } from '../../store/chat/messages.ts';
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

type LookContext = Pick<OutboxContext, 'db' | 'chat' | 'clock' | 'log'>;

/**
 * Checks that a message has left its channel, and posts it again if it is still needed. Does nothing if the
 * message is there or the chat does not answer.
 */
export const goneFromChannel = async ({ db, chat, log }: LookContext, row: MessageRow): Promise<void> => {
  if (row.ts === null || row.channel === null) return;
  const place = { channel: row.channel, id: row.ts };
  if (await chat.stands(place, await postedThreadOf(db, row))) return;
  if (isStanding(row) && (await isWanted(db, row))) {
    if (await happen(db, row, 'gone', { ts: null, channel: null }))
      log.warn({ key: row.key }, 'a message was deleted from the channel; it is posted again');
  } else {
    await happen(db, row, 'unwanted', { drawn: row.wanted });
  }
};

/** Messages of the open round that people need in the channel to answer. */
const neededMessages = async (db: Db, roundId: number): Promise<MessageRow[]> => {
  const needed: MessageRow[] = [];
  for (const row of await messagesOfRound(db, roundId))
    if (isStanding(row) && (await isWanted(db, row))) needed.push(row);
  return needed;
};

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
 */
export const lookAtChannel = async (context: LookContext): Promise<void> => {
  const { db, chat, log } = context;
  const round = await roundUnderWay(db);
  if (round?.state !== 'open') return;
  const posted = (await neededMessages(db, round.id)).filter(
    (row) => row.state === 'posted' && row.ts !== null && row.channel === chat.channel,
  );
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
  } catch (error) {
    log.debug({ error: messageOf(error) }, 'the channel could not be read; trying again later');
  }
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
