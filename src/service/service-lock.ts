import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { tryLead } from '../store/postgres/leader-lock.ts';
import type { PostgresPlace } from '../store/postgres/postgres-place.ts';

const holderSchema = z.object({
  pid: z.number(),
  host: z.string(),
  /** ISO 8601. */
  since: z.string(),
});

/** Who holds a lock, for people to find; the lock itself is not in these words. */
export type LockHolder = z.infer<typeof holderSchema>;

/** SQLite's result code when somebody else holds a lock. */
const SQLITE_BUSY = 5;
/** Two services that start at the same moment block each other for at most this long, in ms. */
const PATIENCE_MS = 200;

const lockFile = (folder: string): string => join(folder, 'service.lock.sqlite');
const holderFile = (folder: string): string => join(folder, 'service.lock.json');
/** File in which earlier versions wrote their process id; not used any more. */
const oldLockFile = (folder: string): string => join(folder, 'service.lock');

const holderOf = (folder: string): LockHolder | null => {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(holderFile(folder), 'utf8')));
  } catch {
    return null; // being written just now, or not there: the words go without it
  }
};

const refusal = (folder: string): FinkvraError => {
  const holder = holderOf(folder);
  const who = holder === null ? '' : ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
  return new FinkvraError(
    `Another finkvra service${who} works on ${folder}: stop it first, or set DATA_DIR to another folder.`,
  );
};

/** The lock's file, held; null when somebody else holds it. @throws FinkvraError when it cannot be made */
const holdFile = (folder: string): DatabaseSync | null => {
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(folder, { recursive: true });
    database = new DatabaseSync(lockFile(folder), { timeout: PATIENCE_MS });
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw new FinkvraError(
      `The lock ${lockFile(folder)} cannot be taken: ${messageOf(error)}. Set DATA_DIR to a folder that can be written.`,
      { cause: error },
    );
  }
};

/**
 * Ensures that only one service works on a store: two would post everything twice. The lock is an
 * exclusive transaction that stays open on a file of its own. The operating system ends it with the process,
 * however that ends, so no file that is left behind ever refuses a start, and two containers on one volume
 * see each other.
 *
 * @param folder where the store is; made if it is not there
 * @returns a function that gives the lock back
 * @throws FinkvraError naming who holds it, and since when
 */
export const takeServiceLock = (folder: string, now: Date = new Date()): (() => void) => {
  const held = holdFile(folder);
  if (held === null) throw refusal(folder);
  const holder: LockHolder = { pid: process.pid, host: hostname(), since: now.toISOString() };
  const draft = `${holderFile(folder)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(holder)}\n`);
  renameSync(draft, holderFile(folder));
  rmSync(oldLockFile(folder), { force: true });
  return () => {
    rmSync(holderFile(folder), { force: true });
    held.close();
  };
};

/**
 * Keeps services from a store on a server while something else works on it, whichever machines they run on.
 * @returns a function that gives the lock back
 * @throws FinkvraError when a service leads there, or the server cannot be reached
 */
export const takeServerLock = async (place: PostgresPlace): Promise<() => Promise<void>> => {
  const lead = await tryLead(place);
  if (typeof lead !== 'string') return lead.release;
  throw new FinkvraError(
    `Another finkvra service (${lead}) works on ${place.shown}: stop it first, or name another database in STORE_URL.`,
  );
};

/** Who works on the store in this folder; null if nobody does. Does not disturb the holder. */
export const serviceAt = (folder: string): LockHolder | 'unknown' | null => {
  const held = holdFile(folder);
  held?.close();
  return held === null ? (holderOf(folder) ?? 'unknown') : null;
};
