import { messageOf } from '../../lib/errors.ts';
import { headerKey } from '../../loop/round-messages.ts';
import {
  changeMessage,
  findMessage,
  IN_CHANNEL,
  lastPostedTs,
  postedThreadOf,
  wantRedraw,
} from '../../store/chat/messages.ts';
import type { MessageRow } from '../../store/schema.ts';
import type { FoundMessage } from '../port.ts';
import { postsTo, rowHold, waitLevel } from './back-off.ts';
import { goneFromChannel, isWanted, lookAtChannel } from './look-at-channel.ts';
import { MOST_DEGRADED, type OutboxContext } from './outbox-context.ts';
import { happen } from './states.ts';
import { askOperators } from './tell-operators.ts';

/**
 * One step for a message that is not known to be in the channel: posts a pending one, looks for an unanswered
 * one.
 * @param rows the message and those after it in the queue
 */
export const postMessage = (
  context: OutboxContext,
  row: MessageRow,
  rows: readonly MessageRow[],
): Promise<void> => (row.state === 'pending' ? post(context, row, rows) : lookFor(context, row));

/** The message in whose thread this one goes; null for the channel itself. */
const threadOf = async (
  { db, chat, closedThreads }: OutboxContext,
  row: MessageRow,
): Promise<MessageRow | null> => {
  const head = row.thread_key === null ? undefined : await findMessage(db, row.thread_key);
  if (head?.state !== 'posted' || head.ts === null || head.channel !== chat.channel) return null;
  return closedThreads.has(head.ts) ? null : head;
};

const post = async (context: OutboxContext, row: MessageRow, rows: readonly MessageRow[]): Promise<void> => {
  const { db, chat, clock, log, holds, trouble } = context;
  if (!(await isWanted(db, row))) {
    await happen(db, row, 'unwanted');
    return;
  }
  // A reminder points people to the cards, so make sure they are there.
  if (row.kind === 'reminder') await lookAtChannel(context);
  await context.prepare(rows, true);
  let message: Awaited<ReturnType<OutboxContext['read']>>;
  try {
    message = await context.read(row);
  } catch (error) {
    log.error({ key: row.key, error: messageOf(error) }, 'this message cannot be drawn; the others go on');
    await happen(db, row, 'hopeless', { error: messageOf(error) });
    return;
  }
  const { channel } = chat;
  const head = await threadOf(context, row);
  const started = await happen(db, row, 'start', {
    channel,
    sent_at: clock().toISOString(),
    sent_thread: head?.ts ?? (row.thread_key === null ? null : IN_CHANNEL),
    after_ts: await lastPostedTs(db, channel),
    attempts: row.attempts + 1,
    asked_at: null,
  });
  if (!started) return;
  const sending = { ...row, state: 'sending' as const };
  try {
    const { id } = await chat.post(message, { channel, thread: head?.ts ?? null });
    await happen(db, sending, 'posted', { ts: id, drawn: row.wanted, plainness: 0, error: null });
    holds.release(rowHold(row.id));
    holds.release(postsTo(channel));
    await trouble.over({ channel, what: 'posts' });
    // The round's header links to its report.
    if (row.kind === 'report' && row.round_id !== null) await wantRedraw(db, [headerKey(row.round_id)]);
  } catch (error) {
    await afterFailedPost(context, sending, head, error);
  }
};

/** Handles the chat's refusal of a post, or its silence. */
const afterFailedPost = async (
  context: OutboxContext,
  row: MessageRow & { readonly state: 'sending' },
  head: MessageRow | null,
  error: unknown,
): Promise<void> => {
  const { db, chat, log, holds, budget, trouble, times } = context;
  const { channel } = chat;
  const refusal = chat.refusal(error);
  const failed = { key: row.key, error: messageOf(error) };
  switch (refusal.kind) {
    case 'limited':
      await happen(db, row, 'refused');
      holds.hold(postsTo(channel), refusal.seconds * 1000);
      budget.empty(channel, refusal.seconds * 1000);
      log[waitLevel(refusal.seconds)]({ key: row.key, seconds: refusal.seconds }, 'the chat asks to wait');
      return;
    case 'content':
      if (row.plainness < MOST_DEGRADED) {
        log.warn(failed, 'the chat refuses this message; retrying with simpler content');
        await happen(db, row, 'refused', { plainness: MOST_DEGRADED });
      } else {
        log.error(failed, 'the chat refuses this message; the others go on');
        await happen(db, row, 'hopeless', { error: messageOf(error) });
      }
      return;
    case 'gone':
      await happen(db, row, 'refused', { error: messageOf(error) });
      holds.backOff(rowHold(row.id), times.firstPauseMs, times.lookEveryMs);
      log.warn(failed, 'the message that this one replies to is gone, or takes no replies');
      // A locked thread takes no replies: its messages go to the channel.
      if (head?.ts != null && !(await goneFromChannel(context, head))) context.closedThreads.add(head.ts);
      return;
    case 'refused':
      await happen(db, row, 'refused');
      holds.backOff(postsTo(channel), times.firstPauseMs, times.longestPauseMs);
      await trouble.found({ channel, what: 'posts', advice: refusal.advice }, error);
      return;
    case 'fixed':
    case 'unsure':
      context.unanswered.add(row.id);
      // The state stays `sending` until a look finds the message or not.
      holds.backOff(rowHold(row.id), times.firstPauseMs, times.longestPauseMs);
      log.warn(failed, 'no answer from the chat; it is looked for before it is posted again');
  }
};

/** Times of the looks after a post, in units of `settleMs`; the last look decides. */
const LOOKS = [1];
const LOOKS_AFTER_SILENCE = [1, 3, 9];

/**
 * The message was not found: posts it again and plans a look for duplicates, since the chat may still carry out
 * the first post.
 */
const postAgain = async ({ db, holds, unanswered, look, times }: OutboxContext, row: MessageRow) => {
  await happen(db, row, 'absent');
  holds.release(rowHold(row.id));
  unanswered.delete(row.id);
  look.wantedAt = performance.now() + times.doubleLookMs;
};

/** Looks for a message whose post was not answered. */
const lookFor = async (context: OutboxContext, row: MessageRow): Promise<void> => {
  const { db, chat, clock, log, holds, times } = context;
  const { channel, sent_at: sentAt } = row;
  if (channel === null || sentAt === null) throw new Error(`${row.key} was sent, but not where or when`);
  const now = clock();
  if (Date.parse(sentAt) > now.getTime()) {
    // The clock was set back since: without this the message would wait until that time comes again.
    await changeMessage(db, row, { state: row.state, sent_at: now.toISOString() });
  }
  const age = Math.max(0, now.getTime() - Date.parse(sentAt));
  const head = await threadOf(context, row);
  try {
    // Without an anchor message, search from the time of the request on.
    const since = row.after_ts === null ? row.created_at : sentAt;
    // The thread's head may have been posted anew since.
    const threads = new Set([await postedThreadOf(db, row), head?.ts ?? null]);
    const seen: FoundMessage[] = [];
    for (const thread of threads)
      seen.push(...(await chat.find({ channel, thread, after: row.after_ts, since })));
    const found = seen.find(({ key }) => key === row.key);
    if (found !== undefined) {
      log.info({ key: row.key }, 'found a message whose post had not been answered');
      // It may be outdated: drawn 0 redraws it if a change was requested since.
      await happen(db, row, 'found', { ts: found.place.id, drawn: 0, error: null });
      holds.release(rowHold(row.id));
      context.unanswered.delete(row.id);
    } else {
      const steps = context.unanswered.has(row.id) ? LOOKS_AFTER_SILENCE : LOOKS;
      const next = steps.map((step) => step * times.settleMs).find((ms) => ms > age);
      // The chat may still carry it out.
      if (next !== undefined) holds.hold(rowHold(row.id), Math.max(times.firstPauseMs, next - age));
      else await postAgain(context, row);
    }
  } catch (error) {
    await afterFailedLook(context, row, age, error);
  }
};

const afterFailedLook = async (
  context: OutboxContext,
  row: MessageRow,
  age: number,
  error: unknown,
): Promise<void> => {
  const { db, chat, log, holds, times } = context;
  const refusal = chat.refusal(error);
  const inDoubt = refusal.kind === 'refused' || age >= times.doubtMs;
  if (row.state === 'sending' && inDoubt) {
    log.warn(
      { key: row.key, error: messageOf(error) },
      'it is unknown whether a message is in the channel; it waits and delays no other',
    );
    await happen(db, row, 'unknowable', { error: messageOf(error) });
  }
  if (refusal.kind === 'limited') holds.hold(rowHold(row.id), refusal.seconds * 1000);
  else if (inDoubt) holds.hold(rowHold(row.id), times.doubtLookMs);
  else holds.backOff(rowHold(row.id), times.firstPauseMs, times.longestPauseMs);
  if (row.state === 'unsure' && row.asked_at === null && age >= times.askAfterMs)
    await askOperators(context, row);
};
