import { sql } from 'kysely';
import { createJobWorker } from '../../lib/worker.ts';
import { countAlerts } from '../../store/intake/counts.ts';
import { type Db, inIntake } from '../../store/open-store.ts';
import { serverOf } from '../../store/postgres/postgres-place.ts';
import { type PoolJob, type PoolResult, runPoolJob } from './pool-jobs.ts';
import type { PoolRequest } from './pool-worker.ts';

/** A pool up to this size is read here, in pages of some milliseconds: a thread would take longer to start. */
const SMALL = 1000;
const SMALL_PAGE = 200;

export interface PoolJobOptions {
  /** Aborting ends the thread at once; what it had not kept is worked out again. */
  readonly signal?: AbortSignal | undefined;
  /** A pool of at most so many objects is read on this thread. */
  readonly small?: number;
}

/**
 * Does what needs the whole pool in a thread of its own, with connections of its own to the store, so that the
 * thread that answers goes on. The thread ends with the job: its memory is given back.
 */
export const runOnPool = async <Kind extends PoolJob['kind']>(
  db: Db,
  job: PoolJob & { readonly kind: Kind },
  { signal, small = SMALL }: PoolJobOptions = {},
): Promise<PoolResult & { readonly kind: Kind }> => {
  const path = await pathOf(db);
  const result =
    // Another thread does not see a store in memory.
    path === null || (await countAlerts(db)).pool <= small
      ? await runPoolJob(
          {
            read: (work) => work(db),
            write: (work) => inIntake(db, work),
            pageSize: SMALL_PAGE,
          },
          job,
        )
      : await inThread({ path, job }, signal);
  if (isOf(result, job.kind)) return result;
  throw new Error(`the pool's worker answered ${result.kind} to ${job.kind}`);
};

const inThread = async (request: PoolRequest, signal: AbortSignal | undefined): Promise<PoolResult> => {
  const worker = createJobWorker<PoolRequest, PoolResult>({
    script: new URL('./pool-worker.ts', import.meta.url),
    name: 'pool',
  });
  const { job } = request;
  const arrays = job.kind === 'keep' ? Object.values(job.scores) : [];
  try {
    return await worker.run(request, { signal, transfer: arrays.map(({ buffer }) => buffer) });
  } finally {
    await worker.close();
  }
};

const isOf = <Kind extends PoolJob['kind']>(
  result: PoolResult,
  kind: Kind,
): result is PoolResult & { readonly kind: Kind } => result.kind === kind;

/** Where another thread finds the store; null for one in memory. */
const pathOf = async (db: Db): Promise<string | null> => {
  const server = serverOf(db);
  if (server !== null) return server.place.url;
  const { rows } = await sql<{
    file: string;
  }>`select file from pragma_database_list where name = 'main'`.execute(db);
  return rows[0]?.file || null;
};
