import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';

/** What waits to be logged to MLflow, and a name by which this store's rounds are told from others'. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`insert into facts (name, value) values ('store_id', ${randomUUID()})`.execute(db);

  // The promoted model with the latest date is the champion.
  await db.schema.alterTable('models').addColumn('promoted_at', 'text').execute();
  // JSON of the scaling of its probabilities for people; null where the labels were too few to learn one.
  await db.schema.alterTable('models').addColumn('calibration', 'text').execute();

  await db.schema
    .createTable('tracking_jobs')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('model_id', 'integer', (c) => c.references('models.id'))
    .addColumn('alias', 'text')
    .addColumn('work', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('retry_at', 'text')
    .addColumn('error', 'text')
    .addColumn('run_id', 'text')
    .addColumn('model_version', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('done_at', 'text')
    .execute();
  await sql`create index tracking_jobs_waiting on tracking_jobs (id) where done_at is null`.execute(db);
};
