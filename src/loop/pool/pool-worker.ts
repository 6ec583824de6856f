import { setTimeout as sleep } from 'node:timers/promises';
import { type ServedJob, serveJobs } from '../../lib/worker.ts';
import { openOnThread } from '../../store/other-thread.ts';
import { type PoolJob, type PoolResult, runPoolJob } from './pool-jobs.ts';

/** What the thread is asked: a job on the store at this path. */
export interface PoolRequest {
  readonly path: string;
  readonly job: PoolJob;
}

/** Alerts read, and scored, in one go: as many as a forest takes together. */
const PAGE_SIZE = 4096;
/** Between two writes, ms: longer than the thread that answers waits until it tries again. */
const PAUSE_MS = 20;

const perform: ServedJob<PoolRequest, PoolResult> = async ({ path, job }) => {
  const store = openOnThread(path);
  try {
    const result = await runPoolJob(
      {
        read: store.read,
        write: async (work) => {
          await store.write(work);
          await sleep(PAUSE_MS);
        },
        pageSize: PAGE_SIZE,
      },
      job,
    );
    return { result, transfer: result.kind === 'score' ? Object.values(result.scores).map(bufferOf) : [] };
  } finally {
    await store.close();
  }
};

const bufferOf = ({ buffer }: { readonly buffer: ArrayBufferLike }): ArrayBufferLike => buffer;

serveJobs(import.meta.url, perform);
