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

/** The whole store or a transaction: all functions of this folder take either. */
export type Db = Kysely<Database>;

export interface StoreOptions extends SqliteOptions {
  /**
   * Called before each migration of an older store, which may take a minute if the store is large. Not called for
   * a new store.
   */
  readonly onMigration?: (step: MigrationStep) => void;
  /** On a server: awaited before each statement and each commit; what it throws ends the work. */
  readonly guard?: () => Promise<void>;
}

export interface MigrationStep {
  readonly name: string;
  /** From 1. */
  readonly step: number;
  readonly of: number;
}

/**
 * Opens a store and applies missing migrations. A place is an SQLite file (created with its folder if needed), a
 * database on a server, `postgres://user:password@host:5432/name`, or `:memory:` for a store that ends with the
 * process.
 * @throws FinkvraError if it cannot be opened, is not a store of ours, or was written by a newer version
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
 * Applies missing migrations.
 * @param apart a connection for migrations only, if the store's own are shared
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
    // Migrations developed in parallel may be released in either order; a store applies those that it lacks.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (own !== db) await own.destroy();
  if (error !== undefined) throw error;
};

/** Names of the applied migrations; none for a new store. */
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
 * Runs `work` in one transaction: all of it is kept, or nothing. While another program holds the file, or the
 * server is away, it waits without blocking the thread, up to the store's limit. On a server `work` may run again
 * from its start, so it must change nothing but the store. Such transactions of all processes run one after
 * another. Work that only stores incoming data uses `inIntake`.
 */
export const inTransaction = <T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> => {
  if (db.isTransaction) return work(db);
  const server = serverOf(db);
  return server === null ? db.transaction().execute(work) : runOnServer(db, server, work, true);
};

/**
 * The same for incoming data: alerts, lookups, E(B-V), scores. On a server these transactions run in parallel, so
 * that clicks never wait for a batch of alerts.
 */
export const inIntake = <T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> => {
  if (db.isTransaction) return work(db);
  const server = serverOf(db);
  return server === null ? db.transaction().execute(work) : runOnServer(db, server, work, false);
};
