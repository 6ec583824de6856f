import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * From which probability on a model takes an object for class 1, kept with the model: what people are told of its
 * hits is by this. Of models from before, what their round's report says; else null, one half.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.alterTable('models').addColumn('threshold', 'real').execute();
  // A store on a server is new when it comes here: it has no models.
  if (db.getExecutor().adapter instanceof PostgresAdapter) return;
  await sql`update models set threshold = (
      select json_extract(r.report, '$.honest.decision.threshold') from rounds r where r.id = models.round_id
    )`.execute(db);
};
