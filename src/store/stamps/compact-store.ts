import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Below this, bytes, and below this share of the file, free pages are left for what comes in. */
const LEAST_FREE = 16e6;
const LEAST_SHARE = 0.25;
/** SQLite writes the new file beside the old one, and its pages to the journal. */
const ROOM = 2.2;

/** What a store's file has free inside, and what would stay of it, bytes. */
export interface FreePages {
  readonly free: number;
  readonly used: number;
}

const freePagesIn = (database: DatabaseSync): FreePages => {
  const value = (name: string): number => Number(database.prepare(`pragma ${name}`).get()?.[name] ?? 0);
  const size = value('page_size');
  const free = value('freelist_count') * size;
  return { free, used: value('page_count') * size - free };
};

/** What is free inside a store's file; it does not change the file. */
export const freePages = (path: string): FreePages => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    return freePagesIn(database);
  } finally {
    database.close();
  }
};

/** Whether so much of a store's file is free that it is worth writing it anew, and the disk has the room to. */
export const isWorthCompacting = (path: string): boolean => {
  if (!existsSync(path)) return false;
  const { free, used } = freePages(path);
  if (free < LEAST_FREE || free < LEAST_SHARE * (free + used)) return false;
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize > ROOM * used;
};

/**
 * Gives the free pages of a store's file back to the disk, by SQLite's VACUUM. Nobody can write meanwhile, some
 * seconds a gigabyte that stays: only while nobody waits for an answer. Killed at any point it leaves the store
 * as it was.
 * @returns bytes given back
 * @throws Error when another program has the store in use
 */
export const compactStore = (path: string): number => {
  const before = statSync(path).size;
  const database = new DatabaseSync(path, { timeout: 2000 });
  try {
    database.exec('pragma synchronous = full; vacuum; pragma wal_checkpoint(truncate)');
  } finally {
    database.close();
  }
  return before - statSync(path).size;
};
