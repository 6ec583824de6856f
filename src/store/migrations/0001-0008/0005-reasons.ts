import type { Kysely } from 'kysely';

/** Which features pushed a candidate's P(galactic) most, as JSON, for its card. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('reasons')
    .addColumn('candidate_id', 'integer', (c) => c.primaryKey().references('candidates.id'))
    .addColumn('reasons', 'text', (c) => c.notNull())
    .execute();
};
