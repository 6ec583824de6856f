import type { Kysely } from 'kysely';

/** What somebody says with an answer: a comment, and 1 where they are not sure of it. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.alterTable('answers').addColumn('note', 'text').execute();
  await db.schema
    .alterTable('answers')
    .addColumn('unsure', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
};
