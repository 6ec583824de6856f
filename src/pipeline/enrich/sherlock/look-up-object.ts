import { messageOf } from '../../../lib/errors.ts';
import { doubled } from '../../../lib/retry.ts';
import type { ObjectId } from '../../alert.ts';
import type { QueuedLookup, SherlockStore } from './queue-store.ts';
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

/** The part of pino's logger that the queue uses. */
export interface SherlockLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface LookupContext {
  readonly client: SherlockClient;
  readonly store: SherlockStore;
  /** SHERLOCK_CALLS_PER_HOUR of the token's kind, or less. */
  readonly limitPerHour: number;
  readonly log: SherlockLog;
  readonly signal: AbortSignal;
  /** Called after each result is saved, e.g. to renew the object's features. */
  readonly onResult?: (objectId: ObjectId, result: SherlockResult) => Promise<void> | void;
  readonly clock: () => EpochMs;
  /** From 0 to 1, for the jitter of the waits. */
  readonly random: () => number;
}

const MINUTE: EpochMs = 60_000;
/** Positions this close share a result. */
const CACHE_RADIUS_ARCSEC = 1;

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
 * Saves a result and renews what depends on it. If that renewal fails, the log says so and nothing else
 * happens.
 */
const save = async (
  { store, log, clock, onResult }: LookupContext,
  objectId: ObjectId,
  result: SherlockResult,
  cached: boolean,
): Promise<void> => {
  await store.saveResult(objectId, result, { cached, at: clock() });
  log.debug({ objectId, class: result.class, cached }, 'Sherlock result');
  try {
    await onResult?.(objectId, result);
  } catch (error) {
    const fields = { objectId, reason: messageOf(error) };
    log.warn(fields, 'The Sherlock result is saved but could not be put to use');
  }
};

/** True if a neighbour's result served the object without a call. */
export const serveFromCache = async (context: LookupContext, wanted: QueuedLookup): Promise<boolean> => {
  const cached = await context.store.findCached(wanted, CACHE_RADIUS_ARCSEC);
  if (cached === null) return false;
  await save(context, wanted.objectId, resultAt(cached, wanted), true);
  return true;
};

const learn = async (
  store: SherlockStore,
  change: (state: BudgetState) => BudgetState,
): Promise<BudgetState> => {
  const state = (await store.loadBudget()) ?? FRESH_BUDGET;
  const next = change(state);
  if (next !== state) await store.saveBudget(next);
  return next;
};

/** Lasair refuses because the hour's calls are spent: the call does not count, and the budget pauses. */
const onRateLimit = async (
  { store, limitPerHour, log, random }: LookupContext,
  { retryAfterMs }: SherlockError,
  now: EpochMs,
): Promise<void> => {
  const { used } = await sherlockBudget(store, limitPerHour, now);
  const state = await learn(store, (before) => afterRefusal(before, { retryAfterMs, used, now, random }));
  const until = new Date(state.pausedUntil ?? now).toISOString();
  log.warn(
    { used, until },
    `Lasair's hourly limit is reached after ${used} calls; lookups go on at ${until}`,
  );
};

/** Looks one object up at Lasair; resolves to the wait before the next call, ms. */
export const createLookUp = (context: LookupContext): ((wanted: QueuedLookup) => Promise<number>) => {
  const { client, store, log, signal, clock, random } = context;
  /** Failures of Lasair in a row: the wait grows with each. */
  let outage = 0;

  /** What a failed lookup means for the object and for the next call. */
  const onFailure = async (
    error: SherlockError,
    wanted: QueuedLookup,
    calledAt: EpochMs,
  ): Promise<number> => {
    const now = clock();
    if (error.kind === 'rate-limited') {
      await store.forgetCall(calledAt);
      await onRateLimit(context, error, now);
      return 0;
    }
    if (error.kind === 'unauthorised') {
      await store.forgetCall(calledAt);
      await learn(store, (state) => afterUnauthorised(state, now));
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

  return async (wanted) => {
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
    await save(context, wanted.objectId, result, false);
    await learn(store, afterAnswer);
    if (outage > 0) log.info({ failures: outage }, 'Sherlock lookups work again');
    outage = 0;
    return 0;
  };
};
