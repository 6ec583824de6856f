import { setImmediate as turn } from 'node:timers/promises';
import { messageOf } from '../../../lib/errors.ts';
import { doubled } from '../../../lib/retry.ts';
import { sleepUntilAborted } from '../../../lib/waiting.ts';
import type { ObjectId } from '../../alert.ts';
import type { Position } from '../sky-position.ts';
import {
  afterAnswer,
  afterRefusal,
  afterUnauthorised,
  type BudgetState,
  type BudgetView,
  type EpochMs,
  FRESH_BUDGET,
  HOUR,
  jittered,
  viewBudget,
} from './sherlock-budget.ts';
import { type SherlockClient, SherlockError } from './sherlock-client.ts';
import { resultAt, type SherlockResult } from './sherlock-result.ts';

/** An object that waits for its lookup. */
export interface QueuedLookup extends Position {
  readonly objectId: ObjectId;
  /** Higher is looked up sooner. */
  readonly priority: number;
  /** Failures so far. */
  readonly attempts: number;
}

/** Where the queue, the cache and the record of calls live. Every method may reject; the queue then waits. */
export interface SherlockStore {
  /**
   * Objects without a result whose next try is due (never failed, or `retryAt` <= now), highest priority
   * first, the longest waiting first among equals; at most `limit`.
   */
  nextQueued(limit: number, now: EpochMs): Promise<readonly QueuedLookup[]>;
  /** Number of objects without a result, due or not. */
  queued(): Promise<number>;
  /** The result of this object, or of the position nearest to it within the radius (arcsec), or null. */
  findCached(
    wanted: Position & { readonly objectId: ObjectId },
    radiusArcsec: number,
  ): Promise<SherlockResult | null>;
  /** Keeps a result with the object and takes it from the queue; `cached`: taken from a neighbour's. */
  saveResult(objectId: ObjectId, result: SherlockResult, details: SavedDetails): Promise<void>;
  /** Counts a failure; the object comes up again at `retryAt`. */
  saveFailure(objectId: ObjectId, reason: string, retryAt: EpochMs): Promise<void>;
  /** Notes that a call was made. Written before the call, so that a crash cannot lose it. */
  recordCall(at: EpochMs): Promise<void>;
  /** Takes back one call noted at exactly this time: Lasair refused it and does not count it. */
  forgetCall(at: EpochMs): Promise<void>;
  /** Times of the calls later than `since`, ascending. Older ones may be deleted. */
  callsSince(since: EpochMs): Promise<readonly EpochMs[]>;
  /** What was learned of the budget; null before anything was. */
  loadBudget(): Promise<BudgetState | null>;
  saveBudget(state: BudgetState): Promise<void>;
}

export interface SavedDetails {
  readonly cached: boolean;
  readonly at: EpochMs;
}

/** The part of pino's logger that the queue uses. */
export interface SherlockLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface SherlockQueueOptions {
  readonly client: SherlockClient;
  readonly store: SherlockStore;
  /** SHERLOCK_CALLS_PER_HOUR of the token's kind, or less. */
  readonly limitPerHour: number;
  readonly log: SherlockLog;
  readonly signal: AbortSignal;
  /** Called after each result is saved, e.g. to renew the object's features. */
  readonly onResult?: (objectId: ObjectId, result: SherlockResult) => Promise<void> | void;
  readonly clock?: () => EpochMs;
  /** Resolves after so many ms, or at once when the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1, for the jitter of the waits. */
  readonly random?: () => number;
  /** How often an empty queue, or one that waits for its budget, is looked at again; ms. */
  readonly pollMs?: number;
}

const MINUTE: EpochMs = 60_000;
/** Positions this close share a result. */
export const CACHE_RADIUS_ARCSEC = 1;
/** While no call is allowed, this many of the queue's first are looked for in the cache. */
const CACHE_SWEEP = 50;

/** How the budget stands, for the queue and for `doctor`. */
export const sherlockBudget = async (
  store: Pick<SherlockStore, 'loadBudget' | 'callsSince'>,
  limitPerHour: number,
  now: EpochMs,
): Promise<BudgetView> =>
  viewBudget(
    (await store.loadBudget()) ?? FRESH_BUDGET,
    limitPerHour,
    await store.callsSince(now - HOUR - MINUTE),
    now,
  );

/**
 * Looks up the queued objects until the signal is aborted, the most important first, one call at a time
 * and never more an hour than the budget has. Everything it must remember is in the store, so it can be
 * stopped or killed at any point. Resolves when stopped; never rejects.
 *
 * @example
 * const stop = new AbortController();
 * const done = runSherlockQueue({ client, store, limitPerHour: 100, log, signal: stop.signal });
 * stop.abort(); await done;
 */
export const runSherlockQueue = async (options: SherlockQueueOptions): Promise<void> => {
  const { client, store, limitPerHour, log, signal } = options;
  const { clock = Date.now, sleep = sleepUntilAborted, random = Math.random, pollMs = 30_000 } = options;
  /** Failures in a row of Lasair, and of our own store: each is waited out longer and longer. */
  let outage = 0;
  let trouble = 0;

  const save = async (objectId: ObjectId, result: SherlockResult, cached: boolean): Promise<void> => {
    await store.saveResult(objectId, result, { cached, at: clock() });
    log.debug({ objectId, class: result.class, cached }, 'Sherlock result');
    try {
      await options.onResult?.(objectId, result);
    } catch (error) {
      log.warn(
        { objectId, reason: messageOf(error) },
        'The Sherlock result is saved but could not be put to use',
      );
    }
  };

  /** True if a neighbour's result served the object without a call. */
  const serveFromCache = async (wanted: QueuedLookup): Promise<boolean> => {
    const cached = await store.findCached(wanted, CACHE_RADIUS_ARCSEC);
    if (cached === null) return false;
    await save(wanted.objectId, resultAt(cached, wanted), true);
    return true;
  };

  const learn = async (change: (state: BudgetState) => BudgetState): Promise<BudgetState> => {
    const state = (await store.loadBudget()) ?? FRESH_BUDGET;
    const next = change(state);
    if (next !== state) await store.saveBudget(next);
    return next;
  };

  /** What a failed lookup means for the object and for the next call; returns the wait before it, ms. */
  const onFailure = async (
    error: SherlockError,
    wanted: QueuedLookup,
    calledAt: EpochMs,
  ): Promise<number> => {
    const now = clock();
    if (error.kind === 'rate-limited') {
      await store.forgetCall(calledAt);
      const { used } = await sherlockBudget(store, limitPerHour, now);
      const { retryAfterMs } = error;
      const state = await learn((before) => afterRefusal(before, { retryAfterMs, used, now, random }));
      const until = new Date(state.pausedUntil ?? now).toISOString();
      log.warn(
        { used, until },
        `Lasair's hourly limit is reached after ${used} calls; lookups go on at ${until}`,
      );
      return 0;
    }
    if (error.kind === 'unauthorised') {
      await store.forgetCall(calledAt);
      await learn((state) => afterUnauthorised(state, now));
      log.warn({ reason: error.message }, 'Lasair refuses the lookups; they are tried again in an hour');
      return 0;
    }
    // Without a network no object is to blame: none loses its turn.
    if (error.kind !== 'unreachable') {
      const again = now + Math.ceil(jittered(doubled(5 * MINUTE, 24 * HOUR, wanted.attempts), random));
      await store.saveFailure(wanted.objectId, error.message, again);
    }
    const wait = Math.ceil(jittered(doubled(5000, 15 * MINUTE, outage), random));
    outage += 1;
    const fields = { objectId: wanted.objectId, kind: error.kind, reason: error.message, waitMs: wait };
    if (outage === 1) log.warn(fields, `Sherlock lookup failed: ${error.message}`);
    else log.debug(fields, `Sherlock lookup failed, ${outage} in a row`);
    return wait;
  };

  const lookUp = async (wanted: QueuedLookup): Promise<number> => {
    const calledAt = clock();
    await store.recordCall(calledAt);
    let result: SherlockResult;
    try {
      result = await client.lookup(wanted, signal);
    } catch (error) {
      if (signal.aborted) return 0;
      if (error instanceof SherlockError) return onFailure(error, wanted, calledAt);
      throw error;
    }
    await save(wanted.objectId, result, false);
    await learn(afterAnswer);
    if (outage > 0) log.info({ failures: outage }, 'Sherlock lookups work again');
    outage = 0;
    return 0;
  };

  /** One object, or one look at an empty queue; returns the wait before the next, ms. */
  const step = async (): Promise<number> => {
    const now = clock();
    const { waitMs } = await sherlockBudget(store, limitPerHour, now);
    if (waitMs > 0) {
      for (const wanted of await store.nextQueued(CACHE_SWEEP, now)) {
        if (signal.aborted) return 0;
        await serveFromCache(wanted);
      }
      // Not the whole wait at once: results that neighbours can share may come in meanwhile.
      return Math.min(waitMs, pollMs);
    }
    const [wanted] = await store.nextQueued(1, now);
    if (wanted === undefined) return pollMs;
    return (await serveFromCache(wanted)) ? 0 : lookUp(wanted);
  };

  while (!signal.aborted) {
    let wait: number;
    try {
      wait = await step();
      trouble = 0;
    } catch (error) {
      wait = Math.ceil(jittered(doubled(1000, 5 * MINUTE, trouble), random));
      trouble += 1;
      log.warn({ reason: messageOf(error), waitMs: wait }, 'The Sherlock queue met an error and tries again');
    }
    // A long run of cached results must leave the event loop to others in between.
    await turn();
    if (wait > 0 && !signal.aborted) await sleep(wait, signal);
  }
};
