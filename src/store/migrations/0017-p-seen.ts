import type { Kysely } from 'kysely';

/**
 * Whether somebody who gave an answer could have seen what the model thought: 1 or 0. Of answers from before
 * it was kept nothing is known.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.alterTable('answers').addColumn('p_seen', 'integer').execute();
};
