import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { createWaits } from '../../lib/waiting.ts';
import type { Db } from '../../store/open-store.ts';
import type { MessageRow } from '../../store/schema.ts';
import { createHolds, rowHold } from './back-off.ts';
import { createChannelTrouble } from './channel-trouble.ts';
import { type Lane, postingLane, redrawingLane } from './lanes.ts';
import { OUTBOX_TIMES, type OutboxChat, type OutboxContext, type OutboxTimes } from './outbox-context.ts';
import { createPostBudget } from './post-budget.ts';

export interface OutboxOptions {
  readonly db: Db;
  readonly chat: OutboxChat;
  readonly read: OutboxContext['read'];
  readonly prepare?: OutboxContext['prepare'];
  readonly lacksPicture?: OutboxContext['lacksPicture'];
  /** Called after each post or redraw. */
  readonly onSent?: () => void;
  readonly times?: Partial<OutboxTimes>;
  readonly clock: () => Date;
  readonly log: Logger;
}

export interface Outbox {
  /** There may be something to post or redraw. */
  wake(): void;
  /** Finishes the call under way, then stops. */
  stop(): Promise<void>;
}

/** Another process, such as a command in a terminal, may add messages without waking us. */
const LOOK_AT_STORE_MS = 60_000;
/**
 * Brings the channel in line with the store's table of messages; `states.ts` lists the states and events. Two
 * loops run side by side, one posts and one redraws, so that thirty new cards never delay the update of a card
 * just clicked. A failure delays only its message, or the posts to its channel.
 */
export const createOutbox = (options: OutboxOptions): Outbox => {
  const { db, chat, clock, log, onSent = () => undefined } = options;
  const stopping = new AbortController();
  const waits = createWaits(stopping.signal);
  const times = { ...OUTBOX_TIMES, ...options.times };
  const holds = createHolds();
  const context: OutboxContext = {
    db,
    chat,
    read: options.read,
    prepare: options.prepare ?? (async () => undefined),
    lacksPicture: options.lacksPicture ?? (async () => false),
    holds,
    unanswered: new Set(),
    closedThreads: new Set(),
    look: { last: Number.NEGATIVE_INFINITY, wantedAt: null },
    budget: createPostBudget({ burst: times.postBurst, everyMs: times.postEveryMs }),
    trouble: createChannelTrouble({ db, chat, clock, log, everyMs: times.lookEveryMs }),
    times,
    clock,
    log,
  };
  let pokes = 0;
  const wake = (): void => {
    pokes += 1;
    waits.wake();
  };

  const posting = postingLane(context, stopping.signal, wake);
  const redrawing = redrawingLane(context, wake);

  const turn = async <R extends MessageRow>(lane: Lane<R>): Promise<void> => {
    const seen = pokes;
    const due = await lane.besides();
    const rows = await lane.rows();
    const free = rows.filter((row) => holds.left(lane.holdsOf(row)) === 0);
    const [row] = free;
    if (row === undefined) {
      const held = rows.map((one) => holds.left(lane.holdsOf(one)));
      const ms = Math.min(LOOK_AT_STORE_MS, due, ...held);
      // Do not sleep through a wake-up that came during the query.
      if (pokes === seen) await waits.untilWoken(Math.max(1, ms));
      return;
    }
    try {
      await lane.step(row, free);
      onSent();
    } catch (error) {
      if (stopping.signal.aborted) return;
      log.error(
        { key: row.key, error: messageOf(error) },
        'the outbox failed on a message; the message waits',
      );
      holds.backOff(rowHold(row.id), times.firstPauseMs, times.lookEveryMs);
    }
  };

  const run = async <R extends MessageRow>(lane: Lane<R>): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await turn(lane);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.error({ error: messageOf(error) }, 'the outbox failed; it goes on in a minute');
        await waits.sleep(times.longestPauseMs);
      }
    }
  };
  const lanes = [run(posting), run(redrawing)];

  return {
    wake,
    stop: async () => {
      stopping.abort();
      await Promise.all(lanes);
    },
  };
};
