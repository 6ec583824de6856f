import { sql } from 'kysely';
import { type Db, inTransaction } from './open-store.ts';
import { mayTryAgain } from './postgres/transactions.ts';

/** Groups concurrent changes into one commit, since the sync to disk is the slow part. */
export interface GroupCommits {
  /**
   * Runs `work` in a shared transaction. Resolves once it is committed; an error in `work` undoes only its own
   * changes.
   * @throws what `work` throws, or why the commit failed
   */
  run<T>(work: (trx: Db) => Promise<T>): Promise<T>;
}

interface Job {
  /** @returns the function to call after the commit */
  readonly attempt: (trx: Db) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/** No change joins a transaction older than this, ms: nothing else runs on the thread meanwhile. */
const JOIN_FOR_MS = 20;

export const createGroupCommits = (db: Db): GroupCommits => {
  const waiting: Job[] = [];
  let running = false;

  /** One transaction for all waiting changes, each in its own savepoint. */
  const commitSome = async (): Promise<void> => {
    const taken: Job[] = [];
    const kept: (() => void)[] = [];
    try {
      await inTransaction(db, async (trx) => {
        const until = performance.now() + JOIN_FOR_MS;
        // A server may run the transaction again from its start.
        waiting.unshift(...taken.splice(0));
        kept.length = 0;
        for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
          taken.push(job);
          kept.push(await job.attempt(trx));
          if (performance.now() > until) break;
        }
      });
    } catch (error) {
      // If the transaction could not even start, all waiting changes fail.
      for (const job of taken.length > 0 ? taken : waiting.splice(0)) job.fail(error);
      return;
    }
    for (const tell of kept) tell();
  };

  const commitAll = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) await commitSome();
    running = false;
  };

  return {
    run: <T>(work: (trx: Db) => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        const attempt = async (trx: Db): Promise<() => void> => {
          await sql`savepoint change`.execute(trx);
          try {
            const outcome = await work(trx);
            await sql`release change`.execute(trx);
            return () => resolve(outcome);
          } catch (error) {
            if (mayTryAgain(error)) throw error;
            await sql`rollback to change`.execute(trx);
            await sql`release change`.execute(trx);
            return () => reject(error);
          }
        };
        waiting.push({ attempt, fail: reject });
        if (!running) void commitAll();
      }),
  };
};
