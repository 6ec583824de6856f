import type { Db } from '../open-store.ts';
import type { CountName } from '../schema.ts';

/** Adds to a kept count; call it in the transaction that changes the counted rows. */
export const addToCount = async (db: Db, name: CountName, change: number): Promise<void> => {
  if (change === 0) return;
  await db
    .insertInto('counts')
    .values({ name, n: change })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ n: eb('counts.n', '+', change) })),
    )
    .execute();
};

/** Counts that are kept, by name; one that nothing was added to is 0. */
export const readCounts = async (db: Db): Promise<(name: CountName) => number> => {
  const rows = await db.selectFrom('counts').selectAll().execute();
  const counts = new Map(rows.map(({ name, n }) => [name, n]));
  return (name) => counts.get(name) ?? 0;
};

/** Alerts and objects in the store, and objects in the pool. */
export const countAlerts = async (db: Db): Promise<{ alerts: number; objects: number; pool: number }> => {
  const count = await readCounts(db);
  return { alerts: count('alerts'), objects: count('objects'), pool: count('pool') };
};
