import { setImmediate as turn } from 'node:timers/promises';
import { messageOf } from '../../../lib/errors.ts';
import { doubled } from '../../../lib/retry.ts';
import { sleepUntilAborted } from '../../../lib/waiting.ts';
import { createLookUp, type LookupContext, serveFromCache, sherlockBudget } from './look-up-object.ts';
import { type EpochMs, jittered } from './sherlock-budget.ts';

export interface SherlockQueueOptions extends Omit<LookupContext, 'clock' | 'random'> {
  readonly clock?: () => EpochMs;
  readonly random?: () => number;
  /** Resolves after so many ms, or at once when the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How often an empty queue, or one that waits for its budget, is looked at again; ms. */
  readonly pollMs?: number;
}

/** While no call is allowed, this many of the queue's first are looked for in the cache. */
const CACHE_SWEEP = 50;
const LONGEST_TROUBLE: EpochMs = 5 * 60_000;

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
  const { store, limitPerHour, log, signal } = options;
  const { clock = Date.now, sleep = sleepUntilAborted, random = Math.random, pollMs = 30_000 } = options;
  const context: LookupContext = { ...options, clock, random };
  const lookUp = createLookUp(context);
  /** Failures of our own store in a row. */
  let trouble = 0;

  /** One object, or one look at an empty queue; returns the wait before the next, ms. */
  const step = async (): Promise<number> => {
    const now = clock();
    const { waitMs } = await sherlockBudget(store, limitPerHour, now);
    if (waitMs > 0) {
      for (const wanted of await store.nextQueued(CACHE_SWEEP, now)) {
        if (signal.aborted) return 0;
        await serveFromCache(context, wanted);
      }
      // Not the whole wait at once: results that neighbours can share may come in meanwhile.
      return Math.min(waitMs, pollMs);
    }
    const [wanted] = await store.nextQueued(1, now);
    if (wanted === undefined) return pollMs;
    return (await serveFromCache(context, wanted)) ? 0 : lookUp(wanted);
  };

  while (!signal.aborted) {
    let wait: number;
    try {
      wait = await step();
      trouble = 0;
    } catch (error) {
      wait = Math.ceil(jittered(doubled(1000, LONGEST_TROUBLE, trouble), random));
      trouble += 1;
      log.warn({ reason: messageOf(error), waitMs: wait }, 'The Sherlock queue met an error and tries again');
    }
    // A long run of cached results must leave the event loop to others in between.
    await turn();
    if (wait > 0 && !signal.aborted) await sleep(wait, signal);
  }
};
