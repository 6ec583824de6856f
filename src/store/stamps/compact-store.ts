import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Less free space than this (bytes, share of the file) is left for new data. */
const LEAST_FREE = 16e6;
const LEAST_SHARE = 0.25;
/** SQLite writes the new file beside the old one, and its pages to the journal. */
const ROOM = 2.2;

/** Free and used bytes inside a store's file. */
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

/** Measures the free space inside a store's file without changing it. */
export const freePages = (path: string): FreePages => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    return freePagesIn(database);
  } finally {
    database.close();
  }
};

/** Whether enough of a store's file is free to rewrite it, and the disk has the space. */
export const isWorthCompacting = (path: string): boolean => {
  if (!existsSync(path)) return false;
  const { free, used } = freePages(path);
  if (free < LEAST_FREE || free < LEAST_SHARE * (free + used)) return false;
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize > ROOM * used;
};

/**
 * Returns free pages to the disk, by SQLite's VACUUM. Nobody can write meanwhile, some seconds per gigabyte of
 * data, so it runs only while nobody waits for an answer. If it is killed the store stays as it was.
 * @returns bytes freed
 * @throws Error if another program uses the store
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
