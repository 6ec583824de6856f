import { doubled } from '../../../lib/retry.ts';

/** Milliseconds since 1970, UTC. */
export type EpochMs = number;

/** Kinds of Lasair access and the calls an hour that each allows. */
export const SHERLOCK_CALLS_PER_HOUR = { none: 10, user: 100, power: 10_000 } as const;

export const HOUR: EpochMs = 3_600_000;

/**
 * Lasair counts a call when it arrives, which is a little after we do; without this margin the first call
 * after a full hour could come too early.
 */
const MARGIN: EpochMs = 2000;

/** Waits after refusals without a Retry-After, from the first to the longest; each is twice the one before. */
const FIRST_PAUSE: EpochMs = 60_000;
const LONGEST_PAUSE: EpochMs = HOUR;

/** What has been learned from Lasair's refusals; kept in the store, so that a restart knows it too. */
export interface BudgetState {
  /** Calls an hour at which Lasair refused, fewer than the token kind should allow; forgotten after a while. */
  readonly learned: { readonly perHour: number; readonly until: EpochMs } | null;
  readonly pausedUntil: EpochMs | null;
  readonly pauseReason: 'rate-limited' | 'unauthorised' | null;
  /** Refusals in a row. */
  readonly refusals: number;
}

export const FRESH_BUDGET: BudgetState = { learned: null, pausedUntil: null, pauseReason: null, refusals: 0 };

/** How the hourly budget stands. */
export interface BudgetView {
  readonly perHour: number;
  /** Calls of the last hour. */
  readonly used: number;
  readonly left: number;
  /** How long until the next call is allowed, ms; 0 for at once. */
  readonly waitMs: number;
  readonly pauseReason: BudgetState['pauseReason'];
}

/**
 * The budget as Lasair keeps it: at most so many calls in any 60 minutes (a sliding window, as Django
 * REST framework's throttle has it), and none during a pause.
 * @param calls times of the calls of the last hour, ascending
 */
export const viewBudget = (
  state: BudgetState,
  limitPerHour: number,
  calls: readonly EpochMs[],
  now: EpochMs,
): BudgetView => {
  const learned = state.learned !== null && now < state.learned.until ? state.learned.perHour : limitPerHour;
  const perHour = Math.min(limitPerHour, learned);
  const recent = calls.filter((at) => at > now - HOUR - MARGIN);
  // With all calls spent, one becomes free when the oldest of the last `perHour` is an hour old.
  const blocking = recent.length >= perHour ? recent[recent.length - perHour] : undefined;
  const freeAt = perHour < 1 ? now + HOUR : blocking === undefined ? now : blocking + HOUR + MARGIN;
  const pause = state.pausedUntil === null ? 0 : Math.max(0, state.pausedUntil - now);
  return {
    perHour,
    used: recent.length,
    left: pause > 0 ? 0 : Math.max(0, perHour - recent.length),
    waitMs: Math.max(0, freeAt - now, pause),
    pauseReason: pause > 0 ? state.pauseReason : null,
  };
};

/** Adds up to a quarter, so that many clients do not come back at the same moment. */
export const jittered = (wait: number, random: () => number): number => wait * (1 + 0.25 * random());

/**
 * The budget after a 429. Its Retry-After is obeyed. If a fair number of calls went through in the hour before,
 * that number is the limit until an hour after the pause: the token is of a lesser kind than configured, or
 * someone else uses it too. If fewer went through than the smallest limit of any token, our record of calls is
 * incomplete, and no limit is learned.
 * @param used calls that went through in the hour before the refused one
 */
export const afterRefusal = (
  state: BudgetState,
  {
    retryAfterMs,
    used,
    now,
    random,
  }: {
    readonly retryAfterMs: number | null;
    readonly used: number;
    readonly now: EpochMs;
    readonly random: () => number;
  },
): BudgetState => {
  const wait = retryAfterMs ?? doubled(FIRST_PAUSE, LONGEST_PAUSE, state.refusals);
  const pausedUntil = now + Math.ceil(jittered(Math.max(wait, 1000), random));
  const least = SHERLOCK_CALLS_PER_HOUR.none;
  return {
    learned: used >= least ? { perHour: used, until: pausedUntil + HOUR } : state.learned,
    pausedUntil,
    pauseReason: 'rate-limited',
    refusals: state.refusals + 1,
  };
};

/** A token that is refused is not tried again for an hour: only a person can mend it. */
export const afterUnauthorised = (state: BudgetState, now: EpochMs): BudgetState => ({
  ...state,
  pausedUntil: now + HOUR,
  pauseReason: 'unauthorised',
});

/** An answer ends the pause and the count of refusals, not what was learned of the limit. */
export const afterAnswer = (state: BudgetState): BudgetState =>
  state.refusals === 0 && state.pausedUntil === null
    ? state
    : { ...state, pausedUntil: null, pauseReason: null, refusals: 0 };
