import { createJobWorker, type JobOptions, serveJobs } from '../../lib/worker.ts';
import { type Db, openStore } from '../open-store.ts';
import { compactStore } from './compact-store.ts';
import { findStamps } from './find-stamps.ts';
import { moveStamps } from './move-stamps.ts';
import { type Pruned, planPruning, pruneStamps, type StampPlan } from './prune-stamps.ts';

/** Jobs on a store's stamps, in their own thread with their own connections. */
interface Jobs {
  /** Moves them from the database to files; returns the number of alerts. */
  readonly move: number;
  /** Finds old, unneeded stamps. */
  readonly plan: StampPlan;
  /** Deletes these. */
  readonly prune: Pruned;
  /** Searches all files; returns how many alerts got their stamps back. */
  readonly find: number;
  /** Returns free pages of the database to the disk; returns bytes. */
  readonly compact: number;
}

interface StampJob {
  readonly kind: keyof Jobs;
  readonly path: string;
  /** First night (MJD) whose stamps are kept. */
  readonly before: number;
}

/** Other users may hold the store for long. */
const PATIENCE_MS = 300_000;

/**
 * Runs a job on the stamps of the store at this path.
 * @param before first night (MJD) whose stamps are kept; for `plan` and `prune`
 */
export const runStampJob = async <K extends keyof Jobs>(
  kind: K,
  path: string,
  { before = 0, ...options }: JobOptions & { readonly before?: number } = {},
): Promise<Jobs[K]> => {
  const worker = createJobWorker<StampJob, Jobs[K]>({ script: new URL(import.meta.url), name: 'stamps' });
  try {
    return await worker.run({ kind, path, before }, options);
  } finally {
    await worker.close();
  }
};

const withStore = async <T>(path: string, work: (db: Db) => Promise<T>): Promise<T> => {
  const db = await openStore(path, { patienceMs: PATIENCE_MS });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
};

serveJobs(import.meta.url, async ({ kind, path, before }: StampJob, tell) => {
  const perform = async (db: Db): Promise<Jobs[keyof Jobs]> => {
    switch (kind) {
      case 'move':
        return moveStamps(db, tell);
      case 'plan':
        return planPruning(db, before);
      case 'prune':
        return pruneStamps(db, before);
      case 'find':
        return findStamps(db);
      case 'compact':
        throw new Error('the store is open');
    }
  };
  return { result: kind === 'compact' ? compactStore(path) : await withStore(path, perform) };
});
