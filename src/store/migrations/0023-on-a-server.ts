import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * What a store on a server has otherwise than one in a file. Changes of a count are rows of their own there, which
 * are summed up: one row would have everybody wait for whoever changed it last. Marks tell whether a commit over
 * which the connection was lost was kept. Stamps come compressed.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return;
  await sql`alter table counts drop constraint counts_pkey`.execute(db);
  await sql`create table commit_marks (mark uuid primary key, at timestamptz not null default now())`.execute(
    db,
  );
  for (const column of ['science', 'template', 'difference'])
    await sql`alter table stamps alter column ${sql.ref(column)} set storage external`.execute(db);
};
