import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * Messages that may or may not be in the channel, or are not wanted there any more; candidates that are not
 * asked about any more; rounds that somebody ended. SQLite changes a check only with its table.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const onServer = db.getExecutor().adapter instanceof PostgresAdapter;
  await (onServer ? changeCheck(db, 'candidates', CANDIDATE_STATES) : rebuildCandidates(db));
  // Whose skip it stands in for; and how and by whom a round was ended before all was answered.
  await db.schema
    .alterTable('candidates')
    .addColumn('replaces_id', 'integer', (c) => c.references('candidates.id'))
    .execute();
  await db.schema.alterTable('rounds').addColumn('ended_as', 'text').execute();
  await db.schema.alterTable('rounds').addColumn('ended_by', 'text').execute();

  if (onServer) {
    await changeCheck(db, 'messages', MESSAGE_STATES);
    for (const column of ['after_ts', 'asked_at'])
      await db.schema.alterTable('messages').addColumn(column, 'text').execute();
  } else {
    await rebuildMessages(db);
  }
};

const CANDIDATE_STATES = sql.raw(`state in ('open', 'labelled', 'skipped', 'withdrawn')`);
const MESSAGE_STATES = sql.raw(`state in ('pending', 'sending', 'unsure', 'posted', 'failed', 'dropped')`);

/** A server changes a check where it is. */
const changeCheck = async (
  db: Kysely<unknown>,
  table: 'candidates' | 'messages',
  states: typeof CANDIDATE_STATES,
): Promise<void> => {
  const name = sql.ref(`${table}_state_check`);
  await sql`alter table ${sql.table(table)} drop constraint ${name},
    add constraint ${name} check (${states})`.execute(db);
};

const rebuildCandidates = async (db: Kysely<unknown>): Promise<void> => {
  // Answers, labels and messages find their candidate again before the commit.
  await sql`pragma defer_foreign_keys = on`.execute(db);
  await sql`create temporary table candidates_before as select * from candidates`.execute(db);
  await db.schema.dropTable('candidates').execute();
  await db.schema
    .createTable('candidates')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('round_id', 'integer', (c) => c.notNull().references('rounds.id'))
    .addColumn('candid', 'text', (c) => c.notNull().references('alerts.candid'))
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addColumn('draw_order', 'integer', (c) => c.notNull())
    .addColumn('drawn', 'text', (c) => c.notNull())
    .addColumn('p', 'real')
    .addColumn('q', 'real')
    .addColumn('pool_size', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(CANDIDATE_STATES))
    .addUniqueConstraint('one_candidate_per_object', ['round_id', 'object_id'])
    .addUniqueConstraint('one_place_each', ['round_id', 'draw_order'])
    .execute();
  await sql`insert into candidates
      (id, round_id, candid, object_id, draw_order, drawn, p, q, pool_size, state)
    select id, round_id, candid, object_id, draw_order, drawn, p, q, pool_size, state
    from candidates_before`.execute(db);
  await sql`drop table candidates_before`.execute(db);
};

const rebuildMessages = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create temporary table messages_before as select * from messages`.execute(db);
  await db.schema.dropTable('messages').execute();
  await db.schema
    .createTable('messages')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('round_id', 'integer', (c) => c.references('rounds.id'))
    .addColumn('candidate_id', 'integer', (c) => c.references('candidates.id'))
    .addColumn('payload', 'text')
    .addColumn('state', 'text', (c) => c.notNull().check(MESSAGE_STATES))
    .addColumn('channel', 'text')
    .addColumn('ts', 'text')
    .addColumn('wanted', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('drawn', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('sent_at', 'text')
    .addColumn('error', 'text')
    .addColumn('thread_key', 'text')
    .addColumn('plainness', 'integer', (c) => c.notNull().defaultTo(0))
    // The youngest message of the channel when this one was sent, and when operators were asked about it.
    .addColumn('after_ts', 'text')
    .addColumn('asked_at', 'text')
    .execute();
  await sql`insert into messages
      (id, key, kind, round_id, candidate_id, payload, state, channel, ts, wanted, drawn, attempts,
       created_at, sent_at, error, thread_key, plainness)
    select id, key, kind, round_id, candidate_id, payload, state, channel, ts, wanted, drawn, attempts,
       created_at, sent_at, error, thread_key, plainness
    from messages_before`.execute(db);
  await sql`drop table messages_before`.execute(db);
  await db.schema.createIndex('messages_by_round').on('messages').column('round_id').execute();
};
