import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, FinkvraError } from '../lib/errors.ts';
import { isEmptyStore } from '../store/check-store.ts';
import { type Db, openStore } from '../store/open-store.ts';
import { COMPANIONS } from '../store/store-file.ts';

/** Says how a store comes about where there is none. */
export const assertExistingStore = (databasePath: string): void => {
  if (existsSync(databasePath)) return;
  throw new FinkvraError(
    `There is no store at ${databasePath} yet: start the service (npm start) or pull alerts (finkvra pull --from <path>).`,
  );
};

/** Opens the store to read what is in it; one that is not there is not made, but told. */
export const openExistingStore = async (databasePath: string): Promise<Db> => {
  assertExistingStore(databasePath);
  return openStore(databasePath);
};

/**
 * Does work that makes the store where there is none. When it fails with nothing taken in, the store that it
 * made goes again, and its folder: the next command then says that there is none.
 */
export const leavingNoEmptyStore = async <T>(databasePath: string, work: () => Promise<T>): Promise<T> => {
  const folder = dirname(databasePath);
  const had = { store: existsSync(databasePath), folder: existsSync(folder) };
  try {
    return await work();
  } catch (error) {
    if (!had.store && existsSync(databasePath) && isEmptyStore(databasePath)) {
      for (const end of ['', ...COMPANIONS]) rmSync(`${databasePath}${end}`, { force: true });
      if (!had.folder) removeIfEmpty(folder);
    }
    throw error;
  }
};

const removeIfEmpty = (folder: string): void => {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY') throw error;
  }
};
