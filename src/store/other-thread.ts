import { Kysely, SqliteDialect } from 'kysely';
import { openNodeSqlite } from './node-sqlite-database.ts';
import type { Db } from './open-store.ts';
import type { Database } from './schema.ts';

/** How long a background thread waits for a lock, ms. */
const WAIT_MS = 30_000;

/**
 * A connection for a background thread: it waits for locks, which blocks that thread. The store must be open
 * already, and up to date.
 */
const openFor = (path: string, readOnly: boolean): Db => {
  const database = openNodeSqlite(path, readOnly, WAIT_MS);
  // Scores can be worked out again: their commits need not wait for the disk. The next answer's does, for all before.
  if (!readOnly) database.exec('PRAGMA synchronous = NORMAL');
  return new Kysely<Database>({ dialect: new SqliteDialect({ database }) });
};

/** For reading: a transaction sees the store as it was at its first read, whatever is written meanwhile. */
export const openPoolReader = (path: string): Db => openFor(path, true);

/** For writing scores, in transactions that begin with a write. */
export const openPoolWriter = (path: string): Db => openFor(path, false);
