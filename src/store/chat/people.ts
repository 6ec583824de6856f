import type { Db } from '../open-store.ts';

/** Keeps a person's display name. */
export const keepPerson = async (db: Db, userId: string, name: string): Promise<void> => {
  await db
    .insertInto('people')
    .values({ user_id: userId, name })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ name }))
    .execute();
};

export const personName = async (db: Db, userId: string): Promise<string | null> => {
  const row = await db.selectFrom('people').select('name').where('user_id', '=', userId).executeTakeFirst();
  return row?.name ?? null;
};
