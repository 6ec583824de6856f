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

/**
 * Node's own SQLite in the shape that Kysely's SQLite dialect expects, so that nothing native is built.
 * A transaction begins IMMEDIATE: one that read first and wrote later would fail with SQLITE_BUSY as soon
 * as another process (the command line beside the service) wrote in between, whatever the busy timeout.
 */
export const openNodeSqlite = (path: string): SqliteDatabase => {
  // First of all: to switch to WAL needs a lock, too.
  const database = new DatabaseSync(path, { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL');
  // An answer must survive a power cut, so every commit is synced.
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  const cache = new Map<string, SqliteStatement>();

  const statementFor = (sql: string): SqliteStatement => {
    const cached = cache.get(sql);
    if (cached !== undefined) return cached;
    const statement = asKysely(database.prepare(sql));
    const oldest = cache.keys().next().value;
    if (cache.size >= STATEMENT_CACHE_SIZE && oldest !== undefined) cache.delete(oldest);
    cache.set(sql, statement);
    return statement;
  };

  return {
    close: () => {
      cache.clear();
      database.close();
    },
    prepare: (sql) => statementFor(sql === 'begin' ? 'begin immediate' : sql),
  };
};
