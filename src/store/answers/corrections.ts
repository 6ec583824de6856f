import type { Insertable, Selectable } from 'kysely';
import type { Db } from '../open-store.ts';
import type { CorrectionTable } from '../schema.ts';

export type CorrectionRow = Selectable<CorrectionTable>;

export const insertCorrection = async (db: Db, correction: Insertable<CorrectionTable>): Promise<void> => {
  await db.insertInto('corrections').values(correction).execute();
};

/** Corrections of an object's label, oldest first. */
export const correctionsOf = (db: Db, objectId: string): Promise<CorrectionRow[]> =>
  db
    .selectFrom('corrections as c')
    .leftJoin('people as p', 'p.user_id', 'c.user_id')
    .where('c.object_id', '=', objectId)
    .select(['c.id', 'c.object_id', 'c.candid', 'c.before', 'c.before_name', 'c.after', 'c.user_id'])
    .select(['c.note', 'c.at'])
    .select((eb) => eb.fn.coalesce('p.name', 'c.user_name').as('user_name'))
    .orderBy('c.id')
    .execute();
