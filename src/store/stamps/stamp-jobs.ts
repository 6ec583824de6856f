import { createJobWorker, type JobOptions, serveJobs } from '../../lib/worker.ts';
import { type Db, openStore } from '../open-store.ts';
import { compactStore } from './compact-store.ts';
import { findStamps } from './find-stamps.ts';
import { moveStamps } from './move-stamps.ts';
import { type Pruned, planPruning, pruneStamps, type StampPlan } from './prune-stamps.ts';

/** What is done with a store's stamps in a thread of its own, with connections of its own. */
interface Jobs {
  /** Out of the database into files: how many alerts. */
  readonly move: number;
  /** What is older than its nights and needed by nobody. */
  readonly plan: StampPlan;
  /** The same, deleted. */
  readonly prune: Pruned;
  /** Looked for in all files: how many alerts have got theirs back. */
  readonly find: number;
  /** Free pages of the database, given back: bytes. */
  readonly compact: number;
}

interface StampJob {
  readonly kind: keyof Jobs;
  readonly path: string;
  /** MJD of the first night whose stamps stay. */
  readonly before: number;
}

/** A store that others use may be held for long by what they do. */
const PATIENCE_MS = 300_000;

/**
 * Does a job on the stamps of the store at this path.
 * @param before MJD of the first night whose stamps stay; of `plan` and `prune`
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
