import { type Dialect, Kysely, type Migration, Migrator, sql } from 'kysely';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { damagedStore } from './backup/backups.ts';
import { EARLIER_NAMES, migrations } from './migrations/index.ts';
import { migratingDialect, postgresDialect } from './postgres/postgres-dialect.ts';
import { isPostgresUrl, type PostgresPlace, postgresPlace, serverOf } from './postgres/postgres-place.ts';
import { forgetOldMarks, runOnServer } from './postgres/transactions.ts';
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
  /** On a server: awaited before each statement and each commit; what it throws ends the work. */
  readonly guard?: () => Promise<void>;
}

export interface MigrationStep {
  readonly name: string;
  /** Counted from 1. */
  readonly step: number;
  readonly of: number;
}

/**
 * Opens the store at a place and brings its tables up to date. A place is an SQLite file (made with its folder where
 * there is none), or a database on a server, `postgres://user:password@host:5432/name`; `:memory:` gives a store
 * that is gone with the process.
 * @throws FinkvraError when it cannot be opened, is no store of ours, or was written by a newer version
 */
export const openStore = async (path: string, options: StoreOptions = {}): Promise<Db> => {
  if (isPostgresUrl(path)) return openOnServer(postgresPlace(path), options);
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

const openOnServer = async (place: PostgresPlace, options: StoreOptions): Promise<Db> => {
  const db = new Kysely<Database>({ dialect: postgresDialect(place, options) });
  try {
    await migrate(db, options.onMigration, () => migratingDialect(place));
    await forgetOldMarks(db);
    return db;
  } catch (error) {
    await db.destroy();
    if (error instanceof FinkvraError) throw error;
    throw new FinkvraError(`The store ${place.shown} cannot be brought up to date: ${messageOf(error)}.`, {
      cause: error,
    });
  }
};

/**
 * Applies the migrations that the store does not have yet.
 * @param apart of a connection for them alone, where the store's own are shared
 */
const migrate = async (
  db: Db,
  onMigration: StoreOptions['onMigration'],
  apart?: () => Promise<Dialect>,
): Promise<void> => {
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
  const own = apart === undefined ? db : new Kysely<Database>({ dialect: await apart() });
  const migrator = new Migrator({
    db: own,
    provider: { getMigrations: async () => Object.fromEntries(told) },
    // Two that were written side by side may land in either order; a store applies what it lacks.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (own !== db) await own.destroy();
  if (error !== undefined) throw error;
};

/** Names of the migrations that the store has had; none for a new one. */
const appliedMigrations = async (db: Db): Promise<string[]> => {
  const table =
    serverOf(db) === null
      ? sql`select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'`
      : sql`select 1 where to_regclass('kysely_migration') is not null`;
  if ((await table.execute(db)).rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
};

/**
 * Runs `work` in one transaction: all of it is kept or none. While another program holds the file, or the server
 * cannot be reached, it waits without blocking the thread, as long as the store was opened for. On a server `work`
 * may be run again from its beginning: it changes nothing but the store.
 *
 * Such transactions, of all processes, run one after the other. What only takes things in uses `inIntake`.
 */
export const inTransaction = <T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> => {
  if (db.isTransaction) return work(db);
  const server = serverOf(db);
  return server === null ? db.transaction().execute(work) : runOnServer(db, server, work, true);
};

/**
 * The same for what comes in by itself: alerts, lookups, E(B-V), scores. On a server such a transaction runs beside
 * others, so that nobody's click waits for a batch of alerts.
 */
export const inIntake = <T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> => {
  if (db.isTransaction) return work(db);
  const server = serverOf(db);
  return server === null ? db.transaction().execute(work) : runOnServer(db, server, work, false);
};
