import { FinkvraError, messageOf } from '../lib/errors.ts';

/** SQLite's primary result codes with a cause outside of this program; https://www.sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** The primary result code of an SQLite error; null for any other error. */
const resultCode = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : null;

/** Whether another connection holds the file, so that a retry may succeed. */
export const isBusy = (error: unknown): boolean => {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
};

/** Whether the file is damaged. */
export const isDamage = (error: unknown): boolean => {
  const code = resultCode(error instanceof FinkvraError ? error.cause : error);
  return code === CORRUPT || code === NOTADB;
};

const KEPT = 'Everything stored before is kept; what was being stored is not.';

/** The cause of an SQLite error and its remedy, if it lies outside of this program; else the error itself. */
export const storeError = (path: string, error: unknown): unknown => {
  const words = wordsFor(path, resultCode(error));
  return words === null
    ? error
    : new FinkvraError(`${words} (SQLite: ${messageOf(error)})`, { cause: error });
};

const wordsFor = (path: string, code: number | null): string | null => {
  switch (code) {
    case FULL:
      return `The disk of ${path} is full: free some space there and do it again. ${KEPT}`;
    case IOERR:
      return `The disk of ${path} could not be read or written: look whether it is full, at a quota, or failing. ${KEPT}`;
    case READONLY:
      return `${path} cannot be written: give this user the right to write the file and its folder, or set DATA_DIR to a folder that can be written.`;
    case CANTOPEN:
      return `${path} cannot be opened: look whether its folder exists and this user may read and write it, or set DATA_DIR to another folder.`;
    case CORRUPT:
    case NOTADB:
      return `The store ${path} is damaged: stop the service and bring a backup back with finkvra restore.`;
    default:
      return null;
  }
};

/** Another program held the file for too long. */
export const stuckError = (path: string, error: unknown): FinkvraError =>
  new FinkvraError(
    `Another program holds the store ${path}: close what has it open for writing (an SQLite shell, a copying tool) and do it again. ${KEPT}`,
    { cause: error },
  );
