import type { ObjectId } from '../../../../src/pipeline/alert.ts';
import type { SavedDetails, SherlockStore } from '../../../../src/pipeline/enrich/sherlock/queue-store.ts';
import type { BudgetState } from '../../../../src/pipeline/enrich/sherlock/sherlock-budget.ts';
import type { SherlockResult } from '../../../../src/pipeline/enrich/sherlock/sherlock-result.ts';
import { type Position, separationArcsec } from '../../../../src/pipeline/enrich/sky-position.ts';

export interface Entry extends Position {
  readonly objectId: ObjectId;
  readonly priority: number;
  attempts: number;
  retryAt: number;
  reason: string | null;
  result: SherlockResult | null;
  saved: SavedDetails | null;
}

export interface MemorySherlockStore extends SherlockStore {
  readonly entries: Map<ObjectId, Entry>;
  readonly calls: number[];
  add(objectId: ObjectId, position: Position, priority: number): void;
}

/** What the queue needs of the store, kept in memory; it outlives the queue as the real one does. */
export const memorySherlockStore = (): MemorySherlockStore => {
  const entries = new Map<ObjectId, Entry>();
  const calls: number[] = [];
  let budget: BudgetState | null = null;
  const entry = (objectId: ObjectId): Entry => {
    const found = entries.get(objectId);
    if (found === undefined) throw new Error(`no object ${objectId}`);
    return found;
  };
  return {
    entries,
    calls,
    add: (objectId, { ra, dec }, priority) => {
      const fresh = { attempts: 0, retryAt: 0, reason: null, result: null, saved: null };
      entries.set(objectId, { objectId, ra, dec, priority, ...fresh });
    },
    nextQueued: async (limit, now) =>
      [...entries.values()]
        .filter(({ result, retryAt }) => result === null && retryAt <= now)
        .toSorted((a, b) => b.priority - a.priority)
        .slice(0, limit),
    queued: async () => [...entries.values()].filter(({ result }) => result === null).length,
    findCached: async (wanted, radiusArcsec) => {
      const own = entries.get(wanted.objectId)?.result;
      if (own) return own;
      const [nearest] = [...entries.values()]
        .filter(({ result }) => result !== null)
        .map(({ result, ra, dec }) => ({ result, distance: separationArcsec(wanted, { ra, dec }) }))
        .filter(({ distance }) => distance <= radiusArcsec)
        .toSorted((a, b) => a.distance - b.distance);
      return nearest?.result ?? null;
    },
    saveResult: async (objectId, result, details) => {
      Object.assign(entry(objectId), { result, saved: details });
    },
    saveFailure: async (objectId, reason, retryAt) => {
      const failed = entry(objectId);
      Object.assign(failed, { reason, retryAt, attempts: failed.attempts + 1 });
    },
    recordCall: async (at) => {
      calls.push(at);
    },
    forgetCall: async (at) => {
      const index = calls.lastIndexOf(at);
      if (index >= 0) calls.splice(index, 1);
    },
    callsSince: async (since) => calls.filter((at) => at > since).toSorted((a, b) => a - b),
    loadBudget: async () => budget,
    saveBudget: async (state) => {
      budget = state;
    },
  };
};
