import { z } from 'zod';
import type { SherlockStore } from '../../pipeline/enrich/sherlock/queue-store.ts';
import type { BudgetState } from '../../pipeline/enrich/sherlock/sherlock-budget.ts';
import { isExcludedClass } from '../../pipeline/enrich/sherlock/sherlock-classes.ts';
import type { SherlockResult } from '../../pipeline/enrich/sherlock/sherlock-result.ts';
import { separationArcsec } from '../../pipeline/enrich/sky-position.ts';
import {
  forgetLookupCall,
  lookupCallsSince,
  orderLookups,
  priorityInputs,
  pruneLookupCalls,
  recordLookupCall,
  saveLookupFailure,
  waitingLookups,
} from '../../store/intake/lookup-queue.ts';
import { countWaitingLookups, resultsNear, savedResults, saveLookup } from '../../store/intake/sherlock.ts';
import { keepValue, readValue } from '../../store/key-value.ts';
import { type Db, inIntake } from '../../store/open-store.ts';

const BUDGET_FACT = 'sherlock-budget';
/** Older calls count for nothing any more. */
const KEPT_CALLS_MS = 3 * 3_600_000;

const optionalText = z.string().nullable();
const optionalNumber = z.number().nullable();
const resultSchema: z.ZodType<SherlockResult> = z.object({
  class: z.string(),
  description: z.string(),
  separationArcsec: optionalNumber,
  host: z
    .object({
      name: optionalText,
      url: optionalText,
      id: optionalText,
      catalogue: optionalText,
      type: optionalText,
      position: z.object({ ra: z.number(), dec: z.number() }).nullable(),
      z: optionalNumber,
      photoZ: optionalNumber,
      magnitude: z.object({ band: z.string(), value: z.number() }).nullable(),
      distanceMpc: optionalNumber,
      projectedKpc: optionalNumber,
    })
    .nullable(),
});

/** A Sherlock result as the store keeps it: JSON text. */
export const parseSherlockResult = (text: string): SherlockResult => resultSchema.parse(JSON.parse(text));

const budgetSchema: z.ZodType<BudgetState> = z.object({
  learned: z.object({ perHour: z.number(), until: z.number() }).nullable(),
  pausedUntil: optionalNumber,
  pauseReason: z.enum(['rate-limited', 'unauthorised']).nullable(),
  refusals: z.number(),
});

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * The queue, the cache and the record of calls in the store. The queue is put in order again whenever a
 * round, a model or new objects may have changed it.
 */
export const createSherlockStore = (db: Db, excluded: readonly string[]): SherlockStore => {
  let ordered: string | null = null;

  const order = async (): Promise<void> => {
    const inputs = await priorityInputs(db);
    if (inputs === ordered) return;
    await orderLookups(db);
    ordered = inputs;
  };

  return {
    nextQueued: async (limit, now) => {
      await order();
      return waitingLookups(db, limit, iso(now));
    },
    queued: () => countWaitingLookups(db),
    findCached: async (wanted, radiusArcsec) => {
      const own = (await savedResults(db, [wanted.objectId])).get(wanted.objectId);
      if (own !== undefined) return parseSherlockResult(own);
      const near = (await resultsNear(db, wanted, radiusArcsec / 3600))
        .map(({ result, ...at }) => ({ result, distance: separationArcsec(wanted, at) }))
        .filter(({ distance }) => distance <= radiusArcsec)
        .sort((a, b) => a.distance - b.distance)[0];
      return near === undefined ? null : parseSherlockResult(near.result);
    },
    saveResult: (objectId, result, { cached, at }) =>
      saveLookup(db, objectId, {
        class: result.class,
        excluded: isExcludedClass(result.class, excluded),
        result: JSON.stringify(result),
        cached,
        at: iso(at),
      }),
    saveFailure: (objectId, reason, retryAt) => saveLookupFailure(db, objectId, reason, iso(retryAt)),
    recordCall: (at) =>
      inIntake(db, async (trx) => {
        await pruneLookupCalls(trx, iso(at - KEPT_CALLS_MS));
        await recordLookupCall(trx, iso(at));
      }),
    forgetCall: (at) => forgetLookupCall(db, iso(at)),
    callsSince: async (since) => (await lookupCallsSince(db, iso(since))).map((at) => Date.parse(at)),
    loadBudget: async () => {
      const text = await readValue(db, BUDGET_FACT);
      return text === null ? null : budgetSchema.parse(JSON.parse(text));
    },
    saveBudget: (state) => keepValue(db, BUDGET_FACT, JSON.stringify(state)),
  };
};
