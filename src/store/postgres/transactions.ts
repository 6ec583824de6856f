import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { backOff } from '../../lib/retry.ts';
import { isConflict, isLost, postgresError } from './postgres-errors.ts';
import type { StoreAdapter } from './postgres-place.ts';

/** Locks of the server that this program takes, by number; see pg_advisory_lock. The first number is the program's. */
export const LOCKS = {
  /** Held by a transaction of the daily loop, so that they run one after the other. */
  loop: [0x66_69_6e_6b, 1],
  /** Held over the end of a transaction that kept new objects. */
  objects: [0x66_69_6e_6b, 2],
  /** Held by the one service that works on the store. */
  service: [0x66_69_6e_6b, 3],
} as const;

export type LockName = keyof typeof LOCKS;

/** Takes a lock until the transaction ends; waits for whoever has it. */
export const lockTransaction = async <D>(trx: Kysely<D>, name: LockName): Promise<void> => {
  const [program, number] = LOCKS[name];
  await sql`select pg_advisory_xact_lock(${sql.lit(program)}, ${sql.lit(number)})`.execute(trx);
};

/** So often a transaction is tried that others got in the way of; deadlocks of so many in a row do not happen. */
const TRIES = 20;
const FIRST_MS = 5;
const LONGEST_MS = 500;

/** Whether a transaction that failed so comes through when it is run again: nothing of it was kept. */
export const mayTryAgain = (error: unknown): boolean => isConflict(error) || isLost(error);

/**
 * Runs `work` in a transaction, and again where the server took it back for the sake of another or went away
 * before it was kept.
 * @param alone one after the other with all other such transactions, of this process and others
 */
export const runOnServer = async <D, T>(
  db: Kysely<D>,
  { place, takeTurn }: StoreAdapter,
  work: (trx: Kysely<D>) => Promise<T>,
  alone: boolean,
): Promise<T> => {
  // Those of this process wait here, not on connections that others need.
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

/** Marks of connections that ended: what they tell nobody asks any more. */
export const forgetOldMarks = async <D>(db: Kysely<D>): Promise<void> => {
  await sql`delete from commit_marks where at < now() - interval '1 day'`.execute(db);
};
