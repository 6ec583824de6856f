import {
  failedMessages,
  messagesToPost,
  messagesToRedraw,
  type RedrawRow,
} from '../../store/chat/messages.ts';
import type { MessageRow } from '../../store/schema.ts';
import { postsTo, rowHold, TIDYING, updatesIn } from './back-off.ts';
import { lookAtChannel, moveOpenRound } from './look-at-channel.ts';
import type { OutboxContext } from './outbox-context.ts';
import { postMessage } from './post-message.ts';
import { redrawMessage } from './redraw-message.ts';
import { happen } from './states.ts';

/** One of the two loops: which rows it has to do with, what each waits for, and what it does with one. */
export interface Lane<R extends MessageRow> {
  readonly rows: () => Promise<R[]>;
  readonly holdsOf: (row: R) => readonly string[];
  readonly step: (row: R, rows: readonly R[]) => Promise<void>;
  /** What is done besides, when it is due. @returns ms until the next time */
  readonly besides: () => Promise<number>;
}

/** Never due. */
const NEVER = async (): Promise<number> => Number.POSITIVE_INFINITY;

/** Looks at the channel when that is due; at the start it first brings an open round here. */
const channelLook = (context: OutboxContext, wake: () => void): (() => Promise<number>) => {
  const { db, chat, times } = context;
  let lookAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const due = Math.min(lookAt, context.doubles.lookAt ?? lookAt);
    if (performance.now() < due) return due - performance.now();
    context.doubles.lookAt = null;
    const first = lookAt === Number.NEGATIVE_INFINITY;
    lookAt = performance.now() + times.lookEveryMs;
    await chat.ready();
    if (first) await moveOpenRound(context);
    for (const row of await failedMessages(db)) await happen(db, row, 'retried');
    await lookAtChannel(context);
    wake();
    return times.lookEveryMs;
  };
};

/** Posts what is not in the channel, and looks for what may be there. */
export const postingLane = (
  context: OutboxContext,
  stopping: AbortSignal,
  wake: () => void,
): Lane<MessageRow> => {
  const { db, chat, holds, budget } = context;
  return {
    rows: async () => {
      const rows = await messagesToPost(db);
      // A thread's messages follow the one at its head, unless nobody knows where that is.
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
      // Something may have been asked of this message while it was on its way.
      wake();
    },
    besides: channelLook(context, wake),
  };
};

/** Draws posted messages again. */
export const redrawingLane = (context: OutboxContext, wake: () => void): Lane<RedrawRow> => {
  const { db, chat, holds, times } = context;
  const changesFreely = ({ ts, channel }: MessageRow): boolean =>
    ts !== null && chat.changesFreely({ channel: channel ?? chat.channel, id: ts });
  return {
    // What somebody has just clicked on comes first, and does not wait with the others.
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
      // It may have to be posted again.
      wake();
    },
    besides: NEVER,
  };
};
