import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Dialect, Kysely, Migrator, SqliteAdapter, SqliteDialect, sql, type Transaction } from 'kysely';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { EARLIER_NAMES, migrations } from './migrations/index.ts';
import { openNodeSqlite } from './node-sqlite-database.ts';
import type { Database } from './schema.ts';

/** The whole store, or a transaction on it: every function of this folder takes either. */
export type Db = Kysely<Database>;
export type { Transaction };

/**
 * Opens the SQLite file (made with its folder where there is none) and brings its tables up to date.
 * `:memory:` gives a store that is gone with the process.
 * @throws FinkvraError when the file cannot be opened or was written by a newer version
 */
export const openStore = async (path: string): Promise<Db> => {
  const db = new Kysely<Database>({ dialect: sqliteDialect(path) });
  const error = await migrate(db);
  if (error !== undefined) {
    await db.destroy();
    throw new FinkvraError(
      `The store ${path} cannot be brought up to date: ${messageOf(error)}. ` +
        'If a newer version of finkvra wrote it, run that version; else set DATA_DIR to another folder.',
      { cause: error },
    );
  }
  return db;
};

/** Applies the migrations that the store does not have yet; returns what went wrong, if anything did. */
const migrate = async (db: Db): Promise<unknown> => {
  try {
    await renameAppliedMigrations(db);
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      // Two that were written side by side may land in either order; a store applies what it lacks.
      allowUnorderedMigrations: true,
    });
    return (await migrator.migrateToLatest()).error;
  } catch (error) {
    return error;
  }
};

/** Kysely refuses a store with migrations it does not know: what was applied under an earlier name gets its new one. */
const renameAppliedMigrations = async (db: Db): Promise<void> => {
  const table = sql`select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'`;
  if ((await table.execute(db)).rows.length === 0) return;
  for (const [earlier, name] of Object.entries(EARLIER_NAMES)) {
    await sql`update kysely_migration set name = ${name} where name = ${earlier}`.execute(db);
  }
};

/**
 * Kysely runs migrations on SQLite outside of a transaction, though SQLite takes back tables with the rest. A
 * process killed in mid migration would leave half a schema, and two that open a new store at once would
 * both make it; within one transaction the store has all of it or nothing, and the second one waits.
 */
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

const sqliteDialect = (path: string): Dialect => {
  const dialect = new SqliteDialect({ database: async () => openFile(path) });
  return {
    createAdapter: () => new TransactionalDdl(),
    createDriver: () => dialect.createDriver(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
};

const openFile = (path: string) => {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    return openNodeSqlite(path);
  } catch (error) {
    throw new FinkvraError(
      `The store ${path} cannot be opened: ${messageOf(error)}. Set DATA_DIR to a folder that can be written.`,
      { cause: error },
    );
  }
};

/** Runs `work` in one transaction: all of it is kept or none. */
export const inTransaction = <T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> =>
  db.isTransaction ? work(db) : db.transaction().execute(work);
