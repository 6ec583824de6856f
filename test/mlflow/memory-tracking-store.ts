import { roundRecord } from '../../src/mlflow/round-record.ts';
import type { TrackingDone, TrackingFailure, TrackingStore } from '../../src/mlflow/tracking-queue.ts';
import { type TrackingWork, writeTrackingWork } from '../../src/mlflow/tracking-work.ts';
import type { TrainedRound } from './trained-round.ts';

export interface Entry {
  readonly id: number;
  readonly work: string;
  readonly model: string | null;
  readonly failures: TrackingFailure[];
  done: TrackingDone | null;
}

export interface MemoryTrackingStore extends TrackingStore {
  readonly entries: readonly Entry[];
  add(work: TrackingWork, model?: string | null): Entry;
  /** A round that waits to be logged. */
  addRound(round: Pick<TrainedRound, 'input' | 'saved'>): Entry;
  /** Resolves when every job is done. */
  allDone(): Promise<void>;
}

/** What the queue needs of the store, kept in memory; it outlives the queue as the real one does. */
export const memoryTrackingStore = (): MemoryTrackingStore => {
  const entries: Entry[] = [];
  const waiting: (() => void)[] = [];
  const entryOf = (id: number): Entry => {
    const found = entries.find((entry) => entry.id === id);
    if (found === undefined) throw new Error(`no job ${id}`);
    return found;
  };
  const isDone = (): boolean => entries.every(({ done }) => done !== null);
  const add: MemoryTrackingStore['add'] = (work, model = null) => {
    const entry = { id: entries.length + 1, work: writeTrackingWork(work), model, failures: [], done: null };
    entries.push(entry);
    return entry;
  };
  return {
    entries,
    add,
    addRound: ({ input, saved }) => add({ kind: 'round', record: roundRecord(input) }, saved),
    allDone: () => (isDone() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    nextDue: async (now) => {
      const due = entries.find(
        ({ done, failures }) => done === null && (failures.at(-1)?.retryAt ?? 0) <= now,
      );
      return due === undefined ? null : { ...due, attempts: due.failures.length };
    },
    markDone: async (id, done) => {
      entryOf(id).done = done;
      if (isDone()) for (const resolve of waiting.splice(0)) resolve();
    },
    saveFailure: async (id, failure) => {
      entryOf(id).failures.push(failure);
    },
  };
};
