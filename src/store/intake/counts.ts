import { sql } from 'kysely';
import type { Db } from '../open-store.ts';
import { serverOf } from '../postgres/postgres-place.ts';
import { forgetOldMarks } from '../postgres/transactions.ts';
import type { CountName } from '../schema.ts';

/** Adds to a stored count. Call it in the transaction that changes the counted rows. */
export const addToCount = async (db: Db, name: CountName, change: number): Promise<void> => {
  if (change === 0) return;
  if (serverOf(db) !== null) {
    // A separate row, so that transactions do not wait for each other.
    await db.insertInto('counts').values({ name, n: change }).execute();
    return;
  }
  await db
    .insertInto('counts')
    .values({ name, n: change })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ n: eb('counts.n', '+', change) })),
    )
    .execute();
};

/** Stored counts by name; 0 if nothing was added. */
export const readCounts = async (db: Db): Promise<(name: CountName) => number> => {
  const counts = new Map((await allCounts(db)).map(({ name, n }) => [name, n]));
  return (name) => counts.get(name) ?? 0;
};

/** With more rows than this, the reader sums them up. */
const FOLDED_FROM = 300;

/** All counts, in order of name. */
export const allCounts = async (db: Db): Promise<{ readonly name: CountName; readonly n: number }[]> => {
  const rows = await db
    .selectFrom('counts')
    .select((eb) => ['name', eb.fn.sum<number>('n').as('n'), eb.fn.countAll<number>().as('parts')])
    .groupBy('name')
    .orderBy('name')
    .execute();
  const parts = rows.reduce((sum, row) => sum + row.parts, 0);
  if (!db.isTransaction && parts - rows.length > FOLDED_FROM) await foldCounts(db);
  return rows;
};

/** Replaces several rows of a name by one; rows that another transaction holds stay. */
const foldCounts = async (db: Db): Promise<void> => {
  await sql`with gone as (
      delete from counts where ctid in (select ctid from counts for update skip locked) returning name, n)
    insert into counts (name, n) select name, sum(n) from gone group by name`.execute(db);
  await forgetOldMarks(db);
};

/** Alerts and objects in the store, and objects in the pool. */
export const countAlerts = async (db: Db): Promise<{ alerts: number; objects: number; pool: number }> => {
  const count = await readCounts(db);
  return { alerts: count('alerts'), objects: count('objects'), pool: count('pool') };
};
