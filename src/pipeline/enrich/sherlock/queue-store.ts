import type { ObjectId } from '../../alert.ts';
import type { Position } from '../sky-position.ts';
import type { BudgetState, EpochMs } from './sherlock-budget.ts';
import type { SherlockResult } from './sherlock-result.ts';

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
