import { Kysely, type Migration, Migrator, sql } from 'kysely';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { damagedStore } from './backup/backups.ts';
import { EARLIER_NAMES, migrations } from './migrations/index.ts';
import type { Database } from './schema.ts';
import { type SqliteOptions, sqliteDialect } from './sqlite-driver.ts';
import { isDamage } from './store-errors.ts';
import { assertStoreFile, createStoreFile } from './store-file.ts';

/** The whole store, or a transaction on it: every function of this folder takes either. */
export type Db = Kysely<Database>;

export interface StoreOptions extends SqliteOptions {
  /**
   * Told before each step that brings a store of an earlier version up to date: a large one may take a minute.
   * Not for a new store.
   */
  readonly onMigration?: (step: MigrationStep) => void;
}

export interface MigrationStep {
  readonly name: string;
  /** Counted from 1. */
  readonly step: number;
  readonly of: number;
}

/**
 * Opens the SQLite file (made with its folder where there is none) and brings its tables up to date.
 * `:memory:` gives a store that is gone with the process.
 * @throws FinkvraError when the file cannot be opened, is no store of ours, or was written by a newer version
 */
export const openStore = async (path: string, options: StoreOptions = {}): Promise<Db> => {
  if (path !== ':memory:') {
    await createStoreFile(path, async (file) => {
      await (await openUpToDate(file, {})).destroy();
    });
    assertStoreFile(path);
  }
  return openUpToDate(path, options);
};

const openUpToDate = async (path: string, options: StoreOptions): Promise<Db> => {
  const db = new Kysely<Database>({ dialect: sqliteDialect(path, options) });
  try {
    await migrate(db, options.onMigration);
    return db;
  } catch (error) {
    await db.destroy();
    if (isDamage(error)) throw damagedStore(path, messageOf(error), error);
    if (error instanceof FinkvraError) throw error;
    throw new FinkvraError(`The store ${path} cannot be brought up to date: ${messageOf(error)}.`, {
      cause: error,
    });
  }
};

/** Applies the migrations that the store does not have yet. */
const migrate = async (db: Db, onMigration: StoreOptions['onMigration']): Promise<void> => {
  const known = Object.keys(migrations);
  const applied = await appliedMigrations(db);
  if (known.every((name) => applied.includes(name)) && applied.length === known.length) return;
  for (const [earlier, name] of Object.entries(EARLIER_NAMES)) {
    if (applied.includes(earlier))
      await sql`update kysely_migration set name = ${name} where name = ${earlier}`.execute(db);
  }
  const unknown = applied.filter((name) => !known.includes(EARLIER_NAMES[name] ?? name));
  if (unknown.length > 0) {
    throw new FinkvraError(
      `A newer version of finkvra wrote this store (${unknown.join(', ')}): run that version, or set DATA_DIR to another folder.`,
    );
  }
  const lacking = known.filter((name) => !applied.includes(name));
  const told = Object.entries(migrations).map(([name, { up }]): [string, Migration] => [
    name,
    {
      up: (trx) => {
        const step = lacking.indexOf(name) + 1;
        if (applied.length > 0) onMigration?.({ name, step, of: lacking.length });
        return up(trx);
      },
    },
  ]);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(told) },
    // Two that were written side by side may land in either order; a store applies what it lacks.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
};

/** Names of the migrations that the store has had; none for a new one. */
const appliedMigrations = async (db: Db): Promise<string[]> => {
  const table = sql`select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'`;
  if ((await table.execute(db)).rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
};

/**
 * Runs `work` in one transaction: all of it is kept or none. While another program holds the file it waits
 * without blocking the thread, as long as the store was opened for; `work` begins only then.
 */
export const inTransaction = <T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> =>
  db.isTransaction ? work(db) : db.transaction().execute(work);
