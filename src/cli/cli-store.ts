import { existsSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Config, type Environment, readConfig } from '../config/config.ts';
import { codeOf, FinkvraError } from '../lib/errors.ts';
import { assertTakesReal, openConfiguredStore, storeWords } from '../service/store-place.ts';
import { isEmptyStore } from '../store/check-store.ts';
import type { Db } from '../store/open-store.ts';
import { removeStore } from '../store/store-kind.ts';
import type { Output } from './output.ts';

/** Whether there is a store that the settings mean, or an older version's that one would be made of. */
export const hasStore = ({ databasePath, dataDir }: Config): boolean =>
  existsSync(databasePath) || existsSync(join(dataDir, 'finkvra.sqlite'));

/** Says how a store comes about where there is none. */
export const assertExistingStore = (databasePath: string): void => {
  if (existsSync(databasePath)) return;
  throw new FinkvraError(
    `There is no store at ${databasePath} yet: start the service (npm start) or pull alerts (finkvra pull --from <path>).`,
  );
};

/** Opens the store that `npm start` would open with the same settings, and says which; made if it is not there. */
export const openCommandStore = (config: Config, output: Output): Promise<Db> => {
  output.note(storeWords(config));
  return openConfiguredStore(config, output.note);
};

/** The same to read what is in it; one that is not there is not made, but told. */
export const openExistingStore = async (config: Config, output: Output): Promise<Db> => {
  if (!hasStore(config)) assertExistingStore(config.databasePath);
  return openCommandStore(config, output);
};

/**
 * The configuration for a command that takes real things in. Where nothing says what the store is for, and no
 * simulated night is there yet, real alerts it is.
 * @throws FinkvraError where the settings mean the store of simulated nights
 */
export const configForReal = (env: Environment): Config => {
  const config = readConfig(env);
  const undecided = (env.SOURCE ?? '').trim() === '' && !existsSync(config.databasePath);
  const meant = config.source === 'simulated' && undecided ? readConfig({ ...env, SOURCE: 'none' }) : config;
  assertTakesReal(meant);
  return meant;
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
      removeStore(databasePath);
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
