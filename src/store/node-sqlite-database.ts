import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

const STATEMENT_CACHE_SIZE = 200;

const isInput = (value: unknown): value is SQLInputValue =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  value instanceof Uint8Array;

const toInputs = (parameters: ReadonlyArray<unknown>): SQLInputValue[] =>
  parameters.map((value, index) => {
    if (isInput(value)) return value;
    throw new TypeError(
      `SQL parameter ${index + 1} is a ${typeof value}; SQLite takes numbers, text, bytes and null`,
    );
  });

const asKysely = (statement: StatementSync): SqliteStatement => ({
  reader: statement.columns().length > 0,
  all: (parameters) => statement.all(...toInputs(parameters)),
  run: (parameters) => statement.run(...toInputs(parameters)),
  iterate: (parameters) => statement.iterate(...toInputs(parameters)),
});

/** A file in the form that Kysely's SQLite driver expects, with two extra functions. */
export interface NodeSqlite extends SqliteDatabase {
  exec(sql: string): void;
  isTransaction(): boolean;
}

/**
 * Node's own SQLite, so that nothing native is compiled. By default it never waits for a lock, which would block
 * the thread: the caller retries instead.
 * @param waitMs wait for a lock, which blocks the thread; for background threads only
 */
export const openNodeSqlite = (path: string, readOnly = false, waitMs = 0): NodeSqlite => {
  const database = new DatabaseSync(path, { readOnly, timeout: waitMs });
  try {
    if (!readOnly) {
      database.exec('PRAGMA journal_mode = WAL');
      // Every commit is synced: an answer must survive a power failure.
      database.exec('PRAGMA synchronous = FULL');
      database.exec('PRAGMA foreign_keys = ON');
    }
  } catch (error) {
    database.close();
    throw error;
  }
  const cache = new Map<string, SqliteStatement>();

  return {
    close: () => {
      cache.clear();
      database.close();
    },
    prepare: (sql) => {
      const cached = cache.get(sql);
      if (cached !== undefined) return cached;
      const statement = asKysely(database.prepare(sql));
      const oldest = cache.keys().next().value;
      if (cache.size >= STATEMENT_CACHE_SIZE && oldest !== undefined) cache.delete(oldest);
      cache.set(sql, statement);
      return statement;
    },
    exec: (sql) => database.exec(sql),
    isTransaction: () => database.isTransaction,
  };
};
