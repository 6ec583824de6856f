import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, inIntake } from '../open-store.ts';
import { serverOf } from '../postgres/postgres-place.ts';
import { openStamps, toKeep } from './stamps.ts';

/** Half a megabyte: the transaction that deletes them from the table holds the store for some milliseconds. */
const AT_A_TIME = 12;
/** Pause between two batches, ms, for others who wait for the store. */
const PAUSE_MS = 5;

/** Alerts with stamps in the database, as before version 0019; on a server they stay there. */
export const countUnmoved = async (db: Db): Promise<number> => {
  if (serverOf(db) !== null) return 0;
  const { n } = await db
    .selectFrom('stamps')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
};

export const hasUnmoved = async (db: Db): Promise<boolean> =>
  serverOf(db) === null &&
  (await db.selectFrom('stamps').select('candid').limit(1).executeTakeFirst()) !== undefined;

/**
 * Moves stamps from the database to files beside it, in batches: they are synced to a file before the transaction
 * that records their places deletes them from the table. It may be killed and repeated at any point, and others
 * can use the store meanwhile.
 * @returns how many alerts it moved
 */
export const moveStamps = async (
  db: Db,
  onProgress: (done: number, total: number) => void,
): Promise<number> => {
  const total = await countUnmoved(db);
  const stamps = await openStamps(db);
  let moved = 0;
  try {
    while (true) {
      const rows = await db
        .selectFrom('stamps as s')
        .innerJoin('alerts as a', 'a.candid', 's.candid')
        .select(['s.candid', 's.science', 's.template', 's.difference', 'a.jd', 'a.stored_at'])
        .limit(AT_A_TIME)
        .execute();
      if (rows.length === 0) return moved;
      const note = await stamps.put(
        rows.map(({ candid, jd, stored_at, ...own }) =>
          toKeep(
            {
              candid,
              jd,
              stamps: { science: own.science, template: own.template, difference: own.difference },
            },
            stored_at,
          ),
        ),
      );
      await inIntake(db, async (trx) => {
        for (const { candid } of rows) {
          await note(trx, candid);
          await trx.deleteFrom('stamps').where('candid', '=', candid).execute();
        }
      });
      moved += rows.length;
      onProgress(moved, Math.max(moved, total));
      await sleep(PAUSE_MS);
    }
  } finally {
    await stamps.close();
  }
};
