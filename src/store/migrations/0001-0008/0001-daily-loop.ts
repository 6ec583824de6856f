import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** The features of that day: a later one comes with a migration that adds its column. */
const FEATURES = [
  'ra',
  'dec',
  'drb',
  'ndets',
  'nnondets',
  'dets_median',
  'dets_std',
  'sep_arcsec',
  'amplitude',
  'linear_fit_reduced_chi2',
  'linear_fit_slope',
  'linear_fit_slope_sigma',
  'median',
  'median_absolute_deviation',
  'amplituder_',
  'linear_fit_reduced_chi2r_',
  'linear_fit_sloper_',
  'linear_fit_slope_sigmar_',
  'medianr_',
  'median_absolute_deviationr_',
  'ebv',
];

const createIntakeTables = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('pulls')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text', (c) => c.notNull())
    .addColumn('finished_at', 'text')
    .addColumn('read', 'integer', (c) => c.notNull())
    .addColumn('kept', 'integer', (c) => c.notNull())
    .addColumn('known', 'integer', (c) => c.notNull())
    .addColumn('quarantined', 'integer', (c) => c.notNull())
    .addColumn('filtered', 'text', (c) => c.notNull())
    .addColumn('error', 'text')
    .execute();

  await db.schema
    .createTable('alerts')
    .addColumn('candid', 'text', (c) => c.primaryKey().notNull())
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addColumn('jd', 'real', (c) => c.notNull())
    .addColumn('ra', 'real', (c) => c.notNull())
    .addColumn('dec', 'real', (c) => c.notNull())
    .addColumn('fid', 'integer', (c) => c.notNull())
    .addColumn('magpsf', 'real', (c) => c.notNull())
    .addColumn('sigmapsf', 'real')
    .addColumn('drb', 'real')
    .addColumn('rb', 'real')
    .addColumn('roid', 'integer')
    .addColumn('cdsxmatch', 'text')
    .addColumn('context', 'text', (c) => c.notNull())
    .addColumn('epochs', 'text', (c) => c.notNull())
    .addColumn('stored_features', 'text', (c) => c.notNull())
    .addColumn('pull_id', 'integer', (c) => c.notNull().references('pulls.id'))
    .addColumn('stored_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('alerts_by_object').on('alerts').columns(['object_id', 'jd']).execute();
  await db.schema.createIndex('alerts_by_time').on('alerts').column('stored_at').execute();

  await db.schema
    .createTable('stamps')
    .addColumn('candid', 'text', (c) =>
      c.primaryKey().notNull().references('alerts.candid').onDelete('cascade'),
    )
    .addColumn('science', 'blob')
    .addColumn('template', 'blob')
    .addColumn('difference', 'blob')
    .execute();

  let features = db.schema
    .createTable('features')
    .addColumn('candid', 'text', (c) =>
      c.primaryKey().notNull().references('alerts.candid').onDelete('cascade'),
    );
  for (const name of FEATURES) features = features.addColumn(name, 'real');
  await features.execute();

  await db.schema
    .createTable('quarantine')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('pull_id', 'integer', (c) => c.notNull().references('pulls.id'))
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('partition', 'integer')
    .addColumn('offset', 'text')
    .addColumn('position', 'integer')
    .addColumn('bytes', 'blob')
    .addColumn('key', 'blob')
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();
};

const createRoundTables = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('rounds')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('number', 'integer', (c) => c.notNull().unique())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('open', 'training', 'closed')`))
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('strategy', 'text', (c) => c.notNull())
    .addColumn('seed', 'integer', (c) => c.notNull())
    .addColumn('pool_size', 'integer', (c) => c.notNull())
    .addColumn('model_id', 'integer')
    .addColumn('opened_at', 'text', (c) => c.notNull())
    .addColumn('closed_at', 'text')
    .addColumn('report', 'text')
    .execute();
  // At most one round is under way, whatever two processes do at once.
  await sql`create unique index one_round_under_way on rounds ((1)) where state in ('open', 'training')`.execute(
    db,
  );

  await db.schema
    .createTable('candidates')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('round_id', 'integer', (c) => c.notNull().references('rounds.id'))
    .addColumn('candid', 'text', (c) => c.notNull().references('alerts.candid'))
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addColumn('draw_order', 'integer', (c) => c.notNull())
    .addColumn('drawn', 'text', (c) => c.notNull())
    .addColumn('p_galactic', 'real')
    .addColumn('q', 'real')
    .addColumn('pool_size', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('open', 'labelled', 'skipped')`))
    .addUniqueConstraint('one_candidate_per_object', ['round_id', 'object_id'])
    .addUniqueConstraint('one_place_each', ['round_id', 'draw_order'])
    .execute();
};

const createAnswerTables = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('answers')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('candidate_id', 'integer', (c) => c.notNull().references('candidates.id'))
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('user_name', 'text', (c) => c.notNull())
    .addColumn('answer', 'text', (c) => c.notNull())
    .addColumn('decided', 'integer', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('answers_by_candidate').on('answers').column('candidate_id').execute();
  // Append-only: an answer that somebody gave is never changed and never taken away.
  if (db.getExecutor().adapter instanceof PostgresAdapter) {
    await sql`create function refuse_change() returns trigger language plpgsql as $$
      begin raise exception '% are append-only', tg_table_name; end $$`.execute(db);
    await sql`create trigger answers_are_kept before delete on answers
      for each row execute function refuse_change()`.execute(db);
    await sql`create trigger answers_stay_as_given before update on answers
      for each row execute function refuse_change()`.execute(db);
  } else {
    await sql`create trigger answers_are_kept before delete on answers begin
      select raise(abort, 'answers are append-only'); end`.execute(db);
    await sql`create trigger answers_stay_as_given before update on answers begin
      select raise(abort, 'answers are append-only'); end`.execute(db);
  }

  await db.schema
    .createTable('labels')
    .addColumn('object_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('candid', 'text', (c) => c.notNull().references('alerts.candid'))
    .addColumn('answer', 'text', (c) => c.notNull())
    .addColumn('galactic', 'integer')
    .addColumn('candidate_id', 'integer', (c) => c.references('candidates.id'))
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('user_name', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();
};

const createModelTables = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('models')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('round_id', 'integer', (c) => c.notNull().unique().references('rounds.id'))
    .addColumn('engine', 'text', (c) => c.notNull())
    .addColumn('seed', 'integer', (c) => c.notNull())
    .addColumn('labels', 'integer', (c) => c.notNull())
    .addColumn('saved', 'text', (c) => c.notNull())
    .addColumn('trained_at', 'text', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('scores')
    .addColumn('candid', 'text', (c) =>
      c.primaryKey().notNull().references('alerts.candid').onDelete('cascade'),
    )
    .addColumn('model_id', 'integer', (c) => c.notNull().references('models.id'))
    .addColumn('p_galactic', 'real', (c) => c.notNull())
    .execute();
};

const createChatTables = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('messages')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('round_id', 'integer', (c) => c.references('rounds.id'))
    .addColumn('candidate_id', 'integer', (c) => c.references('candidates.id'))
    .addColumn('payload', 'text')
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('pending', 'sending', 'posted', 'failed')`),
    )
    .addColumn('channel', 'text')
    .addColumn('ts', 'text')
    .addColumn('wanted', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('drawn', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('sent_at', 'text')
    .addColumn('error', 'text')
    .execute();
  await db.schema.createIndex('messages_by_round').on('messages').column('round_id').execute();

  await db.schema
    .createTable('people')
    .addColumn('user_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .execute();
};

/** Everything the daily loop keeps. A migration that has landed is never edited: add the next one. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await createIntakeTables(db);
  await createRoundTables(db);
  await createAnswerTables(db);
  await createModelTables(db);
  await createChatTables(db);
};
