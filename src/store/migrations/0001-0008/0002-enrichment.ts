import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** What Sherlock, the dust map, the archive, retried quarantine and imports of the reference's files keep. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Three outcomes of a retry that reads: kept, had already, filtered out; null while it waits.
  for (const column of ['resolved_at', 'outcome', 'tried_at'] as const) {
    await db.schema.alterTable('quarantine').addColumn(column, 'text').execute();
  }
  await db.schema
    .alterTable('quarantine')
    .addColumn('tries', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('quarantine_by_pull').on('quarantine').column('pull_id').execute();
  await db.schema
    .createIndex('quarantine_by_source')
    .on('quarantine')
    .columns(['source', 'offset'])
    .execute();
  await db.schema.createIndex('alerts_by_pull').on('alerts').columns(['pull_id', 'candid']).execute();

  await db.schema
    .createTable('sherlock')
    .addColumn('object_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('ra', 'real', (c) => c.notNull())
    .addColumn('dec', 'real', (c) => c.notNull())
    .addColumn('priority', 'real', (c) => c.notNull())
    .addColumn('queued_at', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('reason', 'text')
    .addColumn('retry_at', 'text')
    .addColumn('class', 'text')
    .addColumn('excluded', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('result', 'text')
    .addColumn('cached', 'integer')
    .addColumn('saved_at', 'text')
    .execute();
  await sql`create index sherlock_waiting on sherlock (priority desc, queued_at) where result is null`.execute(
    db,
  );
  await sql`create index sherlock_by_position on sherlock (dec) where result is not null`.execute(db);
  await sql`create index sherlock_by_time on sherlock (saved_at) where result is not null`.execute(db);
  // Several calls may share a millisecond: no unique key.
  await db.schema
    .createTable('sherlock_calls')
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sherlock_calls_by_time').on('sherlock_calls').column('at').execute();

  // 1: the alert's features have changed since it was scored.
  await db.schema
    .alterTable('scores')
    .addColumn('stale', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();

  await db.schema
    .createTable('facts')
    .addColumn('name', 'text', (c) => c.primaryKey().notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('archives')
    .addColumn('pull_id', 'integer', (c) => c.primaryKey().notNull().references('pulls.id'))
    .addColumn('file', 'text', (c) => c.notNull().unique())
    .addColumn('rows', 'integer', (c) => c.notNull())
    .addColumn('written_at', 'text')
    .execute();

  await db.schema
    .createTable('imported_labels')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addColumn('candid', 'text', (c) => c.notNull())
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('imported_at', 'text', (c) => c.notNull())
    .addUniqueConstraint('one_import_per_alert', ['object_id', 'candid'])
    .execute();
  await db.schema
    .createTable('imported_training')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('candid', 'text', (c) => c.notNull())
    .addColumn('round', 'integer', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('imported_at', 'text', (c) => c.notNull())
    .addUniqueConstraint('one_training_per_alert', ['name', 'candid'])
    .execute();
  for (const table of ['imported_labels', 'imported_training']) {
    for (const change of ['delete', 'update']) {
      const refuse =
        db.getExecutor().adapter instanceof PostgresAdapter
          ? 'for each row execute function refuse_change()'
          : `begin select raise(abort, '${table} is append-only'); end`;
      await sql
        .raw(`create trigger ${table}_stay_on_${change} before ${change} on ${table} ${refuse}`)
        .execute(db);
    }
  }
};
