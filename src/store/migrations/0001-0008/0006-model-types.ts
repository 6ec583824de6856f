import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * What several model types need: rounds and models know what they tell apart, and a label's class is read
 * from its answer. All there was before told galactic from not galactic.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .alterTable('rounds')
    .addColumn('model_type', 'text', (c) => c.notNull().defaultTo('galactic'))
    .execute();
  await db.schema.alterTable('labels').dropColumn('galactic').execute();
  await db.schema.alterTable('candidates').renameColumn('p_galactic', 'p').execute();
  await db.schema.alterTable('scores').renameColumn('p_galactic', 'p').execute();

  if (db.getExecutor().adapter instanceof PostgresAdapter) {
    await sql`alter table models alter column round_id drop not null`.execute(db);
    await db.schema
      .alterTable('models')
      .addColumn('model_type', 'text', (c) => c.notNull())
      .execute();
    return;
  }
  // A model that is trained on older labels when the type changes comes of no round; SQLite drops a
  // NOT NULL only with the table. Scores and tracking jobs find their model again before the commit.
  await sql`pragma defer_foreign_keys = on`.execute(db);
  await sql`create temporary table models_before as select * from models`.execute(db);
  await db.schema.dropTable('models').execute();
  await db.schema
    .createTable('models')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('round_id', 'integer', (c) => c.unique().references('rounds.id'))
    .addColumn('model_type', 'text', (c) => c.notNull())
    .addColumn('engine', 'text', (c) => c.notNull())
    .addColumn('seed', 'integer', (c) => c.notNull())
    .addColumn('labels', 'integer', (c) => c.notNull())
    .addColumn('saved', 'text', (c) => c.notNull())
    .addColumn('trained_at', 'text', (c) => c.notNull())
    .addColumn('promoted_at', 'text')
    .addColumn('calibration', 'text')
    .execute();
  await sql`insert into models
      (id, round_id, model_type, engine, seed, labels, saved, trained_at, promoted_at, calibration)
    select id, round_id, 'galactic', engine, seed, labels, saved, trained_at, promoted_at, calibration
    from models_before`.execute(db);
  await sql`drop table models_before`.execute(db);

  // Reports and digests call the classes 1 and 0 positive and negative.
  await sql`update rounds set report = json_remove(
      json_set(report, '$.positive', report -> '$.galactic', '$.negative', report -> '$.notGalactic'),
      '$.galactic', '$.notGalactic') where report is not null`.execute(db);
  await sql`update rounds set report = json_remove(
      json_set(report, '$.hardest.positive', json(report -> '$.hardest.galactic')), '$.hardest.galactic')
    where json_type(report, '$.hardest') = 'object'`.execute(db);
  await sql`update messages set payload = json_remove(
      json_set(payload,
        '$.labels.positive', payload -> '$.labels.galactic',
        '$.labels.negative', payload -> '$.labels.notGalactic',
        '$.surest', (select json_group_array(
            json_remove(json_set(value, '$.p', value -> '$.pGalactic'), '$.pGalactic'))
          from json_each(payload, '$.surest'))),
      '$.labels.galactic', '$.labels.notGalactic')
    where kind in ('digest', 'digest_details') and payload is not null`.execute(db);
};
