import {
  failedMessages,
  messagesToPost,
  messagesToRedraw,
  type RedrawRow,
} from '../../store/chat/messages.ts';
import type { MessageRow } from '../../store/schema.ts';
import { postsTo, rowHold, TIDYING, updatesIn } from './back-off.ts';
import { redrawLeftBehind } from './left-behind.ts';
import { lookAtChannel, lookAtPictures, lookSoon, moveOpenRound } from './look-at-channel.ts';
import type { OutboxContext } from './outbox-context.ts';
import { postMessage } from './post-message.ts';
import { redrawMessage } from './redraw-message.ts';
import { happen } from './states.ts';

/** One of the two loops: which rows it handles, what each row waits for, and its step. */
export interface Lane<R extends MessageRow> {
  readonly rows: () => Promise<R[]>;
  readonly holdsOf: (row: R) => readonly string[];
  readonly step: (row: R, rows: readonly R[]) => Promise<void>;
  /** Periodic work of the lane. @returns ms until it is due again */
  readonly besides: () => Promise<number>;
}

/** For a lane without periodic work. */
const NEVER = async (): Promise<number> => Number.POSITIVE_INFINITY;

/** Looks at the channel when due. At start it first moves an open round here. */
const channelLook = (context: OutboxContext, wake: () => void): (() => Promise<number>) => {
  const { db, chat, times, look } = context;
  let fullAt = Number.NEGATIVE_INFINITY;
  let isUpToDate = false;
  return async () => {
    const now = performance.now();
    const due = Math.min(fullAt, look.last + times.openLookMs, look.wantedAt ?? Number.POSITIVE_INFINITY);
    if (now < due) return due - now;
    const first = fullAt === Number.NEGATIVE_INFINITY;
    const full = now >= fullAt;
    if (full) fullAt = now + times.lookEveryMs;
    look.wantedAt = null;
    look.last = now;
    await chat.ready();
    if (first) await moveOpenRound(context);
    if (!isUpToDate) isUpToDate = await redrawLeftBehind(context);
    if (full) for (const row of await failedMessages(db)) await happen(db, row, 'retried');
    const looked = (await lookAtChannel(context)) && (!full || (await lookAtPictures(context)));
    if (!looked) lookSoon(context);
    wake();
    return 0;
  };
};

/** Posts messages that are not in the channel, and looks for those that may be. */
export const postingLane = (
  context: OutboxContext,
  stopping: AbortSignal,
  wake: () => void,
): Lane<MessageRow> => {
  const { db, chat, holds, budget } = context;
  return {
    rows: async () => {
      const rows = await messagesToPost(db);
      // A thread's messages wait for its head, unless nobody knows whether the head was posted.
      const coming = new Set(rows.filter(({ state }) => state !== 'unsure').map(({ key }) => key));
      return rows.filter(({ thread_key }) => thread_key === null || !coming.has(thread_key));
    },
    holdsOf: ({ id, state }) => (state === 'pending' ? [rowHold(id), postsTo(chat.channel)] : [rowHold(id)]),
    step: async (row, rows) => {
      await chat.ready();
      if (stopping.aborted) return;
      const ms = row.state === 'pending' ? budget.take(chat.channel) : 0;
      if (ms > 0) {
        holds.hold(postsTo(chat.channel), ms);
        return;
      }
      await postMessage(context, row, rows);
      // The message may have been changed during its post.
      wake();
    },
    besides: channelLook(context, wake),
  };
};

/** Redraws posted messages. */
export const redrawingLane = (context: OutboxContext, wake: () => void): Lane<RedrawRow> => {
  const { db, chat, holds, times } = context;
  const changesFreely = ({ ts, channel }: MessageRow): boolean =>
    ts !== null && chat.changesFreely({ channel: channel ?? chat.channel, id: ts });
  return {
    // Messages just clicked come first and skip the pause of the others.
    rows: async () => {
      const rows = await messagesToRedraw(db);
      return [...rows.filter(changesFreely), ...rows.filter((row) => !changesFreely(row))];
    },
    holdsOf: (row) => [
      rowHold(row.id),
      ...(changesFreely(row) ? [] : [updatesIn(row.channel ?? chat.channel)]),
      ...(row.tidying === 1 ? [TIDYING] : []),
    ],
    step: async (row) => {
      if (row.tidying === 1) holds.hold(TIDYING, times.tidyEveryMs);
      await redrawMessage(context, row);
      // The message may have to be posted again.
      wake();
    },
    besides: NEVER,
  };
};
