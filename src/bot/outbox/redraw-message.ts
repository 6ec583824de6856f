import { messageOf } from '../../lib/errors.ts';
import { markDegraded, markDrawn, postedThreadOf } from '../../store/chat/messages.ts';
import type { MessageRow } from '../../store/schema.ts';
import { rowHold, updatesIn, waitLevel } from './back-off.ts';
import { goneFromChannel, lookSoon } from './look-at-channel.ts';
import { MOST_DEGRADED, type OutboxContext } from './outbox-context.ts';

/** Redraws a posted message from the store. */
export const redrawMessage = async (context: OutboxContext, row: MessageRow): Promise<void> => {
  const { db, chat, log, holds, trouble, times } = context;
  if (row.ts === null) throw new Error(`message ${row.key} is posted but its place is unknown`);
  const channel = row.channel ?? chat.channel;
  await context.prepare([row], false);
  let message: Awaited<ReturnType<OutboxContext['read']>>;
  try {
    message = await context.read(row);
  } catch (error) {
    log.error({ key: row.key, error: messageOf(error) }, 'this message cannot be redrawn; the others go on');
    holds.backOff(rowHold(row.id), times.longestPauseMs, times.lookEveryMs);
    return;
  }
  try {
    const place = { channel, id: row.ts };
    const freely = chat.changesFreely(place);
    await chat.update(place, message, await postedThreadOf(db, row));
    await markDrawn(db, row);
    holds.release(rowHold(row.id));
    // This update bypassed the limit, so it says nothing about it.
    if (!freely) holds.release(updatesIn(channel));
    if (row.kind === 'header') {
      holds.hold(rowHold(row.id), times.headerEveryMs);
      // Whoever answers had better find every card.
      lookSoon(context);
    }
    await trouble.over({ channel, what: 'updates' });
  } catch (error) {
    await afterFailedUpdate(context, row, channel, error);
  }
};

const afterFailedUpdate = async (
  context: OutboxContext,
  row: MessageRow,
  channel: string,
  error: unknown,
): Promise<void> => {
  const { db, chat, log, holds, trouble, times } = context;
  const refusal = chat.refusal(error);
  const failed = { key: row.key, error: messageOf(error) };
  switch (refusal.kind) {
    case 'limited':
      holds.hold(updatesIn(channel), refusal.seconds * 1000);
      log[waitLevel(refusal.seconds)]({ key: row.key, seconds: refusal.seconds }, 'the chat asks to wait');
      return;
    case 'content':
      if (row.plainness < MOST_DEGRADED) {
        log.warn(failed, 'the chat refuses this message; retrying with simpler content');
        await markDegraded(db, row.id, MOST_DEGRADED);
      } else {
        log.error(failed, 'the chat refuses this message; it stays as it is');
        await markDrawn(db, row);
      }
      return;
    case 'gone':
      log.warn(failed, 'a message was deleted from the channel');
      // Prevents a loop when a look says that the message is there.
      holds.backOff(rowHold(row.id), times.firstPauseMs, times.lookEveryMs);
      await goneFromChannel(context, row);
      return;
    case 'fixed':
      log.warn(failed, 'a message can no longer be changed; it stays as it is');
      await markDrawn(db, row);
      return;
    case 'refused':
      if (channel !== chat.channel) {
        log.info(failed, 'a message in a channel that the loop has left stays as it is');
        await markDrawn(db, row);
        return;
      }
      holds.backOff(updatesIn(channel), times.firstPauseMs, times.longestPauseMs);
      await trouble.found({ channel, what: 'updates', advice: refusal.advice }, error);
      return;
    case 'unsure':
      holds.backOff(rowHold(row.id), times.firstPauseMs, times.longestPauseMs);
      log.warn(failed, 'no answer from the chat; trying again');
  }
};
