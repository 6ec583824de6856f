import { type Kysely, sql } from 'kysely';

/**
 * What fails for one reason again and again is kept once, with how many failed alike: a topic of foreign packets
 * would fill the disk otherwise.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .alterTable('quarantine')
    .addColumn('alike', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  // The reason without the numbers in it, which differ from packet to packet.
  await db.schema.alterTable('quarantine').addColumn('reason_kind', 'text').execute();
  await sql`create index quarantine_by_reason on quarantine (pull_id, source, reason_kind)`.execute(db);
};
