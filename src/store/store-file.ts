import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { codeOf, FinkvraError, messageOf } from '../lib/errors.ts';
import { damagedStore, restoreWords } from './backup/backups.ts';
import { checkStore } from './check-store.ts';
import { isDamage, storeError } from './store-errors.ts';

/** SQLite's files beside a store in use: recent commits, and their index. */
export const COMPANIONS = ['-wal', '-shm'] as const;

/** First bytes of every SQLite file; https://www.sqlite.org/fileformat.html#magic_header_string */
const MAGIC = 'SQLite format 3\0';
/** About two seconds of reading. */
const CHECKED_WHOLE_BYTES = 2e9;
const LEFTOVER_MS = 3_600_000;

/**
 * Creates a store that does not exist yet. It is completed beside its place and then moved there, so that nobody
 * sees half a store, even if two processes create one or one of them crashes. Only the current user can read it.
 * @param make fills the file of this name
 */
export const createStoreFile = async (path: string, make: (file: string) => Promise<void>): Promise<void> => {
  if (existsSync(path)) return;
  if (existsSync(`${path}-wal`)) {
    throw new FinkvraError(
      `${path} is gone, but ${path}-wal with its last commits is there: ${restoreWords(path)}, or move the -wal file away to begin a new store.`,
    );
  }
  const made = `${path}.${randomUUID()}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    removeLeftovers(path);
    closeSync(openSync(made, 'wx', 0o600));
  } catch (error) {
    throw new FinkvraError(
      `The store ${path} cannot be made: ${messageOf(error)}. Set DATA_DIR to a folder that can be written.`,
      { cause: error },
    );
  }
  try {
    await make(made);
    putInPlace(made, path);
  } finally {
    for (const end of ['', ...COMPANIONS]) rmSync(`${made}${end}`, { force: true });
  }
};

/** Moves the file to its place unless another process was first. */
const putInPlace = (made: string, path: string): void => {
  try {
    linkSync(made, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    // Some file systems have no links.
    if (!existsSync(path)) renameSync(made, path);
  }
};

/** Leftovers of processes that crashed while creating a store. */
const removeLeftovers = (path: string): void => {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !/\.new(-wal|-shm)?$/.test(name)) continue;
    const leftover = join(folder, name);
    const age = Date.now() - (statSync(leftover, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > LEFTOVER_MS) rmSync(leftover, { force: true });
  }
};

/**
 * Refuses a file that is not a store: empty, another program's, or damaged at its start. Reads only the start;
 * `checkStore` reads all of it.
 */
export const assertStoreFile = (path: string): void => {
  const start = Buffer.alloc(MAGIC.length);
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    readSync(file, start, 0, start.length, 0);
  } catch (error) {
    throw new FinkvraError(
      `The store ${path} cannot be read: ${messageOf(error)}. Give this user the right to read it, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  } finally {
    if (file !== null) closeSync(file);
  }
  if (statSync(path).size === 0) {
    throw new FinkvraError(
      `The store ${path} is empty, as a full disk or a copy that was cut off leaves it: ${restoreWords(path)}, or delete it to begin a new store.`,
    );
  }
  if (start.toString('latin1') !== MAGIC) throw foreign(path);
  if (!tablesOf(path).includes('kysely_migration')) throw foreign(path);
};

const foreign = (path: string): FinkvraError =>
  new FinkvraError(
    `${path} is no store of finkvra: it is another program's file, or was overwritten. Move it away to begin a new store, or ${restoreWords(path)}.`,
  );

const tablesOf = (path: string): string[] => {
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    try {
      const rows = database.prepare("select name from sqlite_master where type = 'table'").all();
      return rows.map(({ name }) => String(name));
    } finally {
      database.close();
    }
  } catch (error) {
    throw isDamage(error) ? damagedStore(path, messageOf(error), error) : storeError(path, error);
  }
};

/**
 * Refuses a damaged store before any work on it. Reads all of it, or above two gigabytes its structure and what
 * people made, so that a start takes seconds.
 * @throws FinkvraError that names the newest good backup
 */
export const assertSound = (path: string): void => {
  if (!existsSync(path)) return;
  assertStoreFile(path);
  let integrity: string;
  try {
    ({ integrity } = checkStore(path, CHECKED_WHOLE_BYTES));
  } catch (error) {
    throw isDamage(error) ? damagedStore(path, messageOf(error), error) : storeError(path, error);
  }
  if (integrity !== 'ok') throw damagedStore(path, integrity);
};

/** Makes the data folder and its store readable only for the current user. */
export const closeToOthers = (path: string): void => {
  chmodSync(dirname(path), 0o700);
  for (const end of ['', ...COMPANIONS]) {
    if (existsSync(`${path}${end}`)) chmodSync(`${path}${end}`, 0o600);
  }
};
