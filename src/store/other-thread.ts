import { Kysely, SqliteDialect } from 'kysely';
import { openNodeSqlite } from './node-sqlite-database.ts';
import { type Db, inIntake } from './open-store.ts';
import { postgresDialect } from './postgres/postgres-dialect.ts';
import { isPostgresUrl, postgresPlace } from './postgres/postgres-place.ts';
import type { Database } from './schema.ts';

/** How long a background thread waits for a lock, ms. */
const WAIT_MS = 30_000;

/**
 * A connection for a background thread. It waits for locks, which blocks that thread. The store must be open and
 * up to date.
 */
const openFor = (place: string, readOnly: boolean): Db => {
  // Scores can be computed again, so their commits are not synced to disk; the next answer's commit syncs them
  // too.
  if (isPostgresUrl(place)) {
    const begin = readOnly ? '' : 'set synchronous_commit = off';
    return new Kysely<Database>({
      dialect: postgresDialect(postgresPlace(place), { connections: 1, begin }),
    });
  }
  const database = openNodeSqlite(place, readOnly, WAIT_MS);
  if (!readOnly) database.exec('PRAGMA synchronous = NORMAL');
  return new Kysely<Database>({ dialect: new SqliteDialect({ database }) });
};

/** A background thread's connections to a store. */
export interface ThreadStore {
  /** Reads the store as it was at the first read of `work`, whatever is written meanwhile. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Writes scores, in a transaction that starts with a write. */
  write(work: (db: Db) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** @param place as for `openStore`; the store must be open and up to date */
export const openOnThread = (place: string): ThreadStore => {
  const [reader, writer] = [openFor(place, true), openFor(place, false)];
  return {
    read: (work) => reader.transaction().setAccessMode('read only').execute(work),
    write: (work) => inIntake(writer, work),
    close: async () => {
      await reader.destroy();
      await writer.destroy();
    },
  };
};
