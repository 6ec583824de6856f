import type { Logger } from 'pino';
import type { Db } from '../../store/open-store.ts';
import type { MessageRow } from '../../store/schema.ts';
import type { ChannelMessage } from '../content/said.ts';
import type { Chat } from '../port.ts';
import type { Holds } from './back-off.ts';
import type { ChannelTrouble } from './channel-trouble.ts';
import type { PostBudget } from './post-budget.ts';

/** The highest degradation: without pictures. See the column `plainness` in the store's schema. */
export const MOST_DEGRADED = 2;

/** The chat methods that the outbox uses. They do not retry. */
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

/** Pauses and timeouts, ms. */
export interface OutboxTimes {
  /** First and longest pause after a failure; it doubles in between. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /**
   * Time after an unanswered post from which a look that does not find it means "not posted". Nine times as long
   * if the chat got the call and gave no answer, since it may still carry it out.
   */
  readonly settleMs: number;
  /** Time after a second post at which the channel is checked for duplicates. */
  readonly doubleLookMs: number;
  /** Looks may fail for this long; then the message is marked unsure. */
  readonly doubtMs: number;
  /** Time between two looks for an unsure message. */
  readonly doubtLookMs: number;
  /** Time between two checks of an open round's pictures; messages that could not be drawn are then retried. */
  readonly lookEveryMs: number;
  /** Time between two looks at the channel of an open round. */
  readonly openLookMs: number;
  /** Least time between two looks at the channel while people answer. */
  readonly activeLookMs: number;
  /** Least time between two redraws of a header, whose counts change with every answer. */
  readonly headerEveryMs: number;
  /** Time that a message stays unsure before operators are asked. */
  readonly askAfterMs: number;
  /** Posts to a channel at once, and the time until one more is allowed. */
  readonly postBurst: number;
  readonly postEveryMs: number;
  /** Least time between two updates that only tidy up, such as shrinking a closed round's cards. */
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
  openLookMs: 300_000,
  activeLookMs: 60_000,
  askAfterMs: 3_600_000,
  headerEveryMs: 3_000,
  // Slack and Discord: about one post a second per channel with short bursts, and about 50 updates a minute.
  postBurst: 5,
  postEveryMs: 1_000,
  tidyEveryMs: 1_500,
};

/** The times for a chat that takes this many posts a second per channel, and five times as many at once. */
export const paceOf = (
  postsPerSecond: number,
): Pick<OutboxTimes, 'postBurst' | 'postEveryMs' | 'tidyEveryMs'> => ({
  postBurst: OUTBOX_TIMES.postBurst * postsPerSecond,
  postEveryMs: OUTBOX_TIMES.postEveryMs / postsPerSecond,
  tidyEveryMs: OUTBOX_TIMES.tidyEveryMs / postsPerSecond,
});

/** Shared by the outbox's steps. */
export interface OutboxContext {
  readonly db: Db;
  readonly chat: OutboxChat;
  /** Reads what a message says from the store. */
  readonly read: (row: MessageRow) => Promise<ChannelMessage>;
  /**
   * Called before a message is posted (`posting`) or redrawn, to get its pictures ready; may also prepare the
   * messages after it. Bounded in time; never rejects.
   */
  readonly prepare: (rows: readonly MessageRow[], posting: boolean) => Promise<void>;
  /** Whether somebody has deleted a picture that a message shows. Rejects if the chat does not answer. */
  readonly lacksPicture: (row: MessageRow) => Promise<boolean>;
  readonly holds: Holds;
  /** Ids of messages whose post the chat has not answered in this process. */
  readonly unanswered: Set<number>;
  /** Thread heads, by the chat's id, whose threads take no more messages, as far as this process knows. */
  readonly closedThreads: Set<string>;
  /** Looks at the channel, as performance.now(): the last one, and an early one if it is planned. */
  readonly look: { last: number; wantedAt: number | null };
  readonly budget: PostBudget;
  readonly trouble: ChannelTrouble;
  readonly times: OutboxTimes;
  readonly clock: () => Date;
  readonly log: Logger;
}
