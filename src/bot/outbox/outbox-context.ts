import type { Logger } from 'pino';
import type { Db } from '../../store/open-store.ts';
import type { MessageRow } from '../../store/schema.ts';
import type { ChannelMessage } from '../content/said.ts';
import type { Chat } from '../port.ts';
import type { Holds } from './back-off.ts';
import type { ChannelTrouble } from './channel-trouble.ts';
import type { PostBudget } from './post-budget.ts';

/** The highest degradation: without pictures. See `plainness` in the store's schema. */
export const MOST_DEGRADED = 2;

/** What of the chat the outbox needs; it does not retry by itself. */
export type OutboxChat = Pick<
  Chat,
  | 'channel'
  | 'ready'
  | 'post'
  | 'update'
  | 'changesFreely'
  | 'find'
  | 'stands'
  | 'remove'
  | 'refusal'
  | 'tell'
  | 'operators'
  | 'isOurs'
>;

/** Pauses and patience, in ms. */
export interface OutboxTimes {
  /** After a failure, doubled up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /**
   * How long after a post whose outcome nobody has told a look that does not find it settles that it is not there;
   * nine times as long where the chat was asked and gave no answer: it may still be at it.
   */
  readonly settleMs: number;
  /** How long after a message was posted again the channel is looked at for a double. */
  readonly doubleLookMs: number;
  /** How long looks may fail until nothing settles where a message is. */
  readonly doubtMs: number;
  /** How often what is in doubt is looked for again. */
  readonly doubtLookMs: number;
  /** How often the channel is looked at while a round is open, and what could not be drawn tried again. */
  readonly lookEveryMs: number;
  /** Least time between two drawings of a header, whose counts change with every answer. */
  readonly headerEveryMs: number;
  /** How long a message is in doubt before operators are asked. */
  readonly askAfterMs: number;
  /** Posts to a channel at once, and the time in which one more is allowed. */
  readonly postBurst: number;
  readonly postEveryMs: number;
  /** Least time between two changes that only tidy up, such as a closed round's cards that shrink. */
  readonly tidyEveryMs: number;
}

export const OUTBOX_TIMES: OutboxTimes = {
  firstPauseMs: 500,
  longestPauseMs: 60_000,
  settleMs: 5_000,
  doubleLookMs: 60_000,
  doubtMs: 600_000,
  doubtLookMs: 300_000,
  lookEveryMs: 3_600_000,
  askAfterMs: 3_600_000,
  headerEveryMs: 3_000,
  // Slack and Discord: about one post a second and channel, short bursts allowed; some 50 changes a minute.
  postBurst: 5,
  postEveryMs: 1_000,
  tidyEveryMs: 1_500,
};

/** The pace of a chat that takes so many posts a second in a channel, and five at once. */
export const paceOf = (
  postsPerSecond: number,
): Pick<OutboxTimes, 'postBurst' | 'postEveryMs' | 'tidyEveryMs'> => ({
  postBurst: OUTBOX_TIMES.postBurst * postsPerSecond,
  postEveryMs: OUTBOX_TIMES.postEveryMs / postsPerSecond,
  tidyEveryMs: OUTBOX_TIMES.tidyEveryMs / postsPerSecond,
});

/** What the steps of the outbox share. */
export interface OutboxContext {
  readonly db: Db;
  readonly chat: OutboxChat;
  /** What a message says, from the store. */
  readonly read: (row: MessageRow) => Promise<ChannelMessage>;
  /**
   * Called before a message is posted (`posting`) or drawn again, to get its pictures ready; what comes
   * after it in the queue may be prepared too. Bounded in time, and never rejects.
   */
  readonly prepare: (rows: readonly MessageRow[], posting: boolean) => Promise<void>;
  readonly holds: Holds;
  /** Ids of messages whose post the chat has not answered, in this process. */
  readonly unanswered: Set<number>;
  /** When, by performance.now(), to look whether a message that was posted again is there twice; none: null. */
  readonly doubles: { lookAt: number | null };
  readonly budget: PostBudget;
  readonly trouble: ChannelTrouble;
  readonly times: OutboxTimes;
  readonly clock: () => Date;
  readonly log: Logger;
}
