import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { backOff } from '../../lib/retry.ts';
import { isConflict, isLost, postgresError } from './postgres-errors.ts';
import type { StoreAdapter } from './postgres-place.ts';

/** Server locks of this program by number, see pg_advisory_lock; the first number is the program's. */
export const LOCKS = {
  /** Held by a transaction of the daily loop, so that these run one after another. */
  loop: [0x66_69_6e_6b, 1],
  /** Held at the end of a transaction that stored new objects. */
  objects: [0x66_69_6e_6b, 2],
  /** Held by the one service that works on the store. */
  service: [0x66_69_6e_6b, 3],
} as const;

export type LockName = keyof typeof LOCKS;

/** Takes a lock until the transaction ends; waits if it is taken. */
export const lockTransaction = async <D>(trx: Kysely<D>, name: LockName): Promise<void> => {
  const [program, number] = LOCKS[name];
  await sql`select pg_advisory_xact_lock(${sql.lit(program)}, ${sql.lit(number)})`.execute(trx);
};

/** Tries of a conflicting transaction; this many deadlocks in a row do not happen. */
const TRIES = 20;
const FIRST_MS = 5;
const LONGEST_MS = 500;

/** Whether a failed transaction may succeed in a retry: nothing of it was kept. */
export const mayTryAgain = (error: unknown): boolean => isConflict(error) || isLost(error);

/**
 * Runs `work` in a transaction, and again if the server aborted it because of a conflict or went away before the
 * commit.
 * @param alone one after another with all other such transactions, also of other processes
 */
export const runOnServer = async <D, T>(
  db: Kysely<D>,
  { place, takeTurn }: StoreAdapter,
  work: (trx: Kysely<D>) => Promise<T>,
  alone: boolean,
): Promise<T> => {
  // This process's own transactions wait here, not on connections that others need.
  const release = alone ? await takeTurn() : () => undefined;
  try {
    for (let failures = 0; ; failures += 1) {
      try {
        return await db.transaction().execute(async (trx) => {
          if (alone) await lockTransaction(trx, 'loop');
          return work(trx);
        });
      } catch (error) {
        if (!mayTryAgain(error) || failures + 1 >= TRIES) throw postgresError(place.shown, error);
      }
      await sleep(backOff(FIRST_MS, LONGEST_MS, failures, Math.random));
    }
  } finally {
    release();
  }
};

/** Deletes marks of ended connections, which nobody reads any more. */
export const forgetOldMarks = async <D>(db: Kysely<D>): Promise<void> => {
  await sql`delete from commit_marks where at < now() - interval '1 day'`.execute(db);
};
