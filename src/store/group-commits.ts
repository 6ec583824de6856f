import { sql } from 'kysely';
import { type Db, inTransaction } from './open-store.ts';
import { mayTryAgain } from './postgres/transactions.ts';

/** Changes that come at the same time share a commit, which is what takes long: the disk has to have it. */
export interface GroupCommits {
  /**
   * Runs `work` in a transaction with others. Resolves once it is committed; what `work` throws undoes its
   * own changes alone.
   * @throws what `work` throws, or why the transaction was not kept
   */
  run<T>(work: (trx: Db) => Promise<T>): Promise<T>;
}

interface Job {
  /** @returns what to call once the transaction is kept */
  readonly attempt: (trx: Db) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/** No further change joins a transaction after this long, in ms: nothing else runs on the thread meanwhile. */
const JOIN_FOR_MS = 20;

export const createGroupCommits = (db: Db): GroupCommits => {
  const waiting: Job[] = [];
  let running = false;

  /** One transaction of what waits; each change in a savepoint of its own. */
  const commitSome = async (): Promise<void> => {
    const taken: Job[] = [];
    const kept: (() => void)[] = [];
    try {
      await inTransaction(db, async (trx) => {
        const until = performance.now() + JOIN_FOR_MS;
        // A server may have the transaction run again from its beginning.
        waiting.unshift(...taken.splice(0));
        kept.length = 0;
        for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
          taken.push(job);
          kept.push(await job.attempt(trx));
          if (performance.now() > until) break;
        }
      });
    } catch (error) {
      // Where it could not even begin, those that wait have waited for it as well.
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
