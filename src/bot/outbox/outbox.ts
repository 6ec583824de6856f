import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { createWaits } from '../../lib/waiting.ts';
import { failedMessages, messagesToPost, messagesToRedraw } from '../../store/chat/messages.ts';
import type { Db } from '../../store/open-store.ts';
import type { MessageRow } from '../../store/schema.ts';
import { createChannelTrouble } from './channel-trouble.ts';
import { createHolds, postsTo, rowHold, updatesIn } from './holds.ts';
import { lookAtChannel, moveOpenRound } from './look-at-channel.ts';
import { OUTBOX_TIMES, type OutboxChat, type OutboxContext, type OutboxTimes } from './outbox-context.ts';
import { postMessage } from './post-message.ts';
import { redrawMessage } from './redraw-message.ts';
import { happen } from './states.ts';

export interface OutboxOptions {
  readonly db: Db;
  readonly chat: OutboxChat;
  readonly read: OutboxContext['read'];
  readonly prepare?: OutboxContext['prepare'];
  /** Called after a message was posted or drawn again. */
  readonly onSent?: () => void;
  readonly times?: Partial<OutboxTimes>;
  readonly clock: () => Date;
  readonly log: Logger;
}

export interface Outbox {
  /** Says that there may be something to post or to draw again. */
  poke(): void;
  /** Stops after the call under way. */
  stop(): Promise<void>;
}

/** One of the two loops: which rows it has to do with, what each waits for, and what it does with one. */
interface Lane {
  readonly rows: () => Promise<MessageRow[]>;
  readonly holdsOf: (row: MessageRow) => readonly string[];
  readonly step: (row: MessageRow, rows: readonly MessageRow[]) => Promise<void>;
  /** What is done besides, when it is due. @returns ms until the next time */
  readonly besides: () => Promise<number>;
}

/** Another process, a command in a terminal, may have asked for something without a poke. */
const LOOK_AT_STORE_MS = 60_000;
/** Never due. */
const NEVER = async (): Promise<number> => Number.POSITIVE_INFINITY;

/**
 * Brings the channel in line with the store's messages table; `states.ts` says how a message stands and what
 * becomes of it. Two loops run side by side, one posting and one drawing posted messages again, so that
 * thirty cards on their way never hold up the change of a card that somebody has just clicked. Whatever
 * goes wrong holds up the message it concerns, or the posts to its channel, and nothing else.
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
    holds,
    trouble: createChannelTrouble({ db, chat, clock, log, everyMs: times.lookEveryMs }),
    times,
    clock,
    log,
  };
  let pokes = 0;
  const poke = (): void => {
    pokes += 1;
    waits.wake();
  };

  /** Looks at the channel when that is due; at the start it first brings an open round here. */
  let lookAt = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<number> => {
    if (performance.now() < lookAt) return lookAt - performance.now();
    const first = lookAt === Number.NEGATIVE_INFINITY;
    lookAt = performance.now() + times.lookEveryMs;
    await chat.ready();
    if (first) await moveOpenRound(context);
    for (const row of await failedMessages(db)) await happen(db, row, 'retried');
    await lookAtChannel(context);
    poke();
    return times.lookEveryMs;
  };

  const posting: Lane = {
    rows: async () => {
      const rows = await messagesToPost(db);
      // A thread's messages follow the one at its head, unless nobody knows where that is.
      const coming = new Set(rows.filter(({ state }) => state !== 'unsure').map(({ key }) => key));
      return rows.filter(({ thread_key }) => thread_key === null || !coming.has(thread_key));
    },
    holdsOf: ({ id, state }) => (state === 'pending' ? [rowHold(id), postsTo(chat.channel)] : [rowHold(id)]),
    step: async (row, rows) => {
      await chat.ready();
      if (!stopping.signal.aborted) await postMessage(context, row, rows);
      // Something may have been asked of this message while it was on its way.
      poke();
    },
    besides: look,
  };
  const changesFreely = ({ ts, channel }: MessageRow): boolean =>
    ts !== null && chat.changesFreely({ channel: channel ?? chat.channel, id: ts });
  const redrawing: Lane = {
    // What somebody has just clicked on comes first, and does not wait with the others.
    rows: async () => {
      const rows = await messagesToRedraw(db);
      return [...rows.filter(changesFreely), ...rows.filter((row) => !changesFreely(row))];
    },
    holdsOf: (row) =>
      changesFreely(row) ? [rowHold(row.id)] : [rowHold(row.id), updatesIn(row.channel ?? chat.channel)],
    step: async (row) => {
      await redrawMessage(context, row);
      // It may have to be posted again.
      poke();
    },
    besides: NEVER,
  };

  const turn = async (lane: Lane): Promise<void> => {
    const seen = pokes;
    const due = await lane.besides();
    const rows = await lane.rows();
    const free = rows.filter((row) => holds.left(lane.holdsOf(row)) === 0);
    const [row] = free;
    if (row === undefined) {
      const held = rows.map((one) => holds.left(lane.holdsOf(one)));
      const ms = Math.min(LOOK_AT_STORE_MS, due, ...held);
      // A poke that came while the store was asked must not be slept through.
      if (pokes === seen) await waits.untilWoken(Math.max(1, ms));
      return;
    }
    try {
      await lane.step(row, free);
      onSent();
    } catch (error) {
      if (stopping.signal.aborted) return;
      log.error({ key: row.key, error: messageOf(error) }, 'a message made the outbox stumble; it waits');
      holds.backOff(rowHold(row.id), times.firstPauseMs, times.lookEveryMs);
    }
  };

  const run = async (lane: Lane): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await turn(lane);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.error({ error: messageOf(error) }, 'the outbox stumbled; it goes on in a minute');
        await waits.sleep(times.longestPauseMs);
      }
    }
  };
  const lanes = [run(posting), run(redrawing)];

  return {
    poke,
    stop: async () => {
      stopping.abort();
      await Promise.all(lanes);
    },
  };
};
