import { type Kysely, sql } from 'kysely';

/**
 * The pool in order of candid, in which it is read in pages and drawn from; and when an alert of each of its objects
 * last came in, by which those not seen for long are found.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .alterTable('pool')
    .addColumn('seen', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await sql`update pool set seen = (select max(a.stored_at) from objects o join alerts a on a.object_id = o.object_id
    where o.same_as = pool.same_as)`.execute(db);
  await sql`create index pool_by_candid on pool (candid)`.execute(db);
  await sql`create index pool_by_seen on pool (seen)`.execute(db);
};
