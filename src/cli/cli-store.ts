import { existsSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Config, type Environment, readConfig } from '../config/config.ts';
import { codeOf, FinkvraError } from '../lib/errors.ts';
import { assertTakesReal, openConfiguredStore, storeWords } from '../service/store-place.ts';
import { isEmptyStore } from '../store/check-store.ts';
import type { Db } from '../store/open-store.ts';
import { removeStore } from '../store/store-kind.ts';
import type { Output } from './output.ts';

/** Whether the configured store exists, or an older one from which it would be made. */
export const hasStore = ({ databasePath, dataDir }: Config): boolean =>
  existsSync(databasePath) || existsSync(join(dataDir, 'finkvra.sqlite'));

/** The error for a missing store, with ways to create it. */
export const assertExistingStore = (databasePath: string): void => {
  if (existsSync(databasePath)) return;
  throw new FinkvraError(
    `There is no store at ${databasePath} yet: start the service (npm start) or pull alerts (finkvra pull --from <path>).`,
  );
};

/** Opens the store that `npm start` would open, creating it if needed, and says which. */
export const openCommandStore = (config: Config, output: Output): Promise<Db> => {
  output.note(storeWords(config));
  return openConfiguredStore(config, output.note);
};

/** Opens the store for reading. @throws FinkvraError if it does not exist */
export const openExistingStore = async (config: Config, output: Output): Promise<Db> => {
  if (!hasStore(config)) assertExistingStore(config.databasePath);
  return openCommandStore(config, output);
};

/**
 * The configuration for a command that stores real data. If nothing decides what the store is for and it holds no
 * simulated night, it becomes a store of real alerts.
 * @throws FinkvraError if the settings mean the store of simulated nights
 */
export const configForReal = (env: Environment): Config => {
  const config = readConfig(env);
  const undecided = (env.SOURCE ?? '').trim() === '' && !existsSync(config.databasePath);
  const meant = config.source === 'simulated' && undecided ? readConfig({ ...env, SOURCE: 'none' }) : config;
  assertTakesReal(meant);
  return meant;
};

/**
 * Runs work that may create the store. If it fails before anything was stored, the new store and its folder are
 * removed, so that the next command finds none.
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
