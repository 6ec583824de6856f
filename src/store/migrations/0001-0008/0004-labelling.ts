import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** What labelling by several people needs: undo, disagreement, correction, threads, pictures, a pause. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  // An answer that came too late is told from a vote by its kind; `decided` stays as history.
  await db.schema
    .alterTable('answers')
    .addColumn('kind', 'text', (c) => c.notNull().defaultTo('vote'))
    .execute();
  await db.schema.alterTable('answers').addColumn('click', 'text').execute();
  const onServer = db.getExecutor().adapter instanceof PostgresAdapter;
  // A store on a server is new when it comes here: it has no answers.
  if (!onServer) {
    await sql`drop trigger answers_stay_as_given`.execute(db);
    await sql`update answers set kind = 'late' where decided = 0`.execute(db);
    await sql`create trigger answers_stay_as_given before update on answers begin
      select raise(abort, 'answers are append-only'); end`.execute(db);
  }
  // One click is one event, however often the chat delivers it.
  await sql`create unique index one_answer_per_click on answers (candidate_id, user_id, click)
    where click is not null`.execute(db);

  await db.schema
    .createTable('corrections')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addColumn('candid', 'text', (c) => c.notNull())
    .addColumn('before', 'text', (c) => c.notNull())
    .addColumn('before_name', 'text', (c) => c.notNull())
    .addColumn('after', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('user_name', 'text', (c) => c.notNull())
    .addColumn('note', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('corrections_by_object').on('corrections').column('object_id').execute();
  const refuse = sql.raw(
    onServer
      ? 'for each row execute function refuse_change()'
      : "begin select raise(abort, 'corrections are append-only'); end",
  );
  await sql`create trigger corrections_are_kept before delete on corrections ${refuse}`.execute(db);
  await sql`create trigger corrections_stay_as_made before update on corrections ${refuse}`.execute(db);

  // The message in whose thread this one stands, and how much of it the chat takes (0: all of it).
  await db.schema.alterTable('messages').addColumn('thread_key', 'text').execute();
  await db.schema
    .alterTable('messages')
    .addColumn('plainness', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();

  await db.schema
    .createTable('uploads')
    .addColumn('key', 'text', (c) => c.primaryKey().notNull())
    .addColumn('file_id', 'text')
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('error', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();

  await db.schema.alterTable('scores').addColumn('previous_p', 'real').execute();
};
