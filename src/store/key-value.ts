import type { Db } from './open-store.ts';

/** The JSON text stored under a name, or null. */
export const readValue = async (db: Db, name: string): Promise<string | null> => {
  const row = await db.selectFrom('facts').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
};

export const keepValue = async (db: Db, name: string, value: string): Promise<void> => {
  await db
    .insertInto('facts')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
};

/** The store's own id, made once, which tells its rounds from those of other stores. */
export const storeId = async (db: Db): Promise<string> => {
  const id = await readValue(db, 'store_id');
  if (id === null) throw new Error('the store has no id');
  return id;
};
