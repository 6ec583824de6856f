import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Client } from 'pg';
import { inject } from 'vitest';
import { type Db, openStore, type StoreOptions } from '../../src/store/open-store.ts';

/** Whether this run opens its stores on a server: `npm run test:postgres` says so. */
export const isOnPostgres = process.env.FINKVRA_TEST_STORE === 'postgres';

const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const driver = await import('pg');
  const client = new driver.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const server = () => {
  const given = inject('postgres');
  if (given === null) throw new Error('PostgreSQL is not installed: run scripts/install-postgres.sh');
  const url = (name: string): string => Object.assign(new URL(given.admin), { pathname: `/${name}` }).href;
  return { ...given, url };
};

/** An empty database with the tables of a store. */
export interface TestDatabase {
  /** As for `openStore`. */
  readonly url: string;
  drop(): Promise<void>;
}

/** Makes a database on the run's server, for tests that are about stores on a server. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const { admin, template, url } = server();
  const name = `t_${randomBytes(8).toString('hex')}`;
  await withClient(admin, (client) => client.query(`create database ${name} template ${template}`));
  return {
    url: url(name),
    drop: () =>
      withClient(admin, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
};

/** Ends the connections on which services hold or await the lead, as the server does to one that is silent. */
export const endLeadSessions = (url: string): Promise<void> =>
  withClient(url, async (client) => {
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'finkvra service %'",
    );
  });

/** A database that a test before has left, emptied, or a new one: to make one takes ten times as long. */
const takeDatabase = async (): Promise<string> => {
  const { admin, template, url } = server();
  return withClient(admin, async (client) => {
    const left = await client.query<{ name: string }>(
      `delete from idle_databases where name in
        (select name from idle_databases for update skip locked limit 1) returning name`,
    );
    const name = left.rows[0]?.name ?? `t_${randomBytes(8).toString('hex')}`;
    if (left.rows.length === 0) await client.query(`create database ${name} template ${template}`);
    return url(name);
  });
};

/** Empties a database, its append-only tables too, for the next test. */
const leaveDatabase = async (url: string): Promise<void> => {
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables
       where schemaname = 'public' and tablename not like 'kysely%'`,
    );
    await client.query(`truncate ${rows.map(({ name }) => name).join(', ')} restart identity`);
    await client.query(`insert into facts (name, value) values ('store_id', '${randomUUID()}')`);
  });
  const name = new URL(url).pathname.slice(1);
  await withClient(server().admin, (client) =>
    client.query('insert into idle_databases (name) values ($1)', [name]),
  );
};

/**
 * Opens an empty store for a test: in memory, or a database of its own on the run's server, which is left for the
 * next one when the store is closed.
 */
export const openTestStore = async (options: StoreOptions = {}): Promise<Db> => {
  if (!isOnPostgres) return openStore(':memory:', options);
  const url = await takeDatabase();
  const db = await openStore(url, options);
  const close = db.destroy.bind(db);
  let closed: Promise<void> | null = null;
  db.destroy = () => {
    closed ??= close().then(() => leaveDatabase(url));
    return closed;
  };
  return db;
};

/**
 * From now on a write of this object's row fails, as if the disk or the process were gone.
 * @returns what ends it
 */
export const failWrites = async (
  db: Db,
  change: 'insert' | 'update',
  table: 'pool' | 'sherlock',
  objectId: string,
  words: string,
): Promise<() => Promise<void>> => {
  const when = `create trigger broken before ${change} on ${table}`;
  const which = `when (new.object_id = '${objectId}')`;
  const statements = isOnPostgres
    ? [
        `create or replace function break_write() returns trigger language plpgsql as $$
          begin raise exception '${words}'; end $$`,
        `${when} for each row ${which} execute function break_write()`,
      ]
    : [`${when} ${which} begin select raise(abort, '${words}'); end`];
  for (const statement of statements) await sql.raw(statement).execute(db);
  return async () => {
    await sql.raw(isOnPostgres ? `drop trigger broken on ${table}` : 'drop trigger broken').execute(db);
  };
};
