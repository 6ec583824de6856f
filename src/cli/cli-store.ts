import { existsSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Config, type Environment, readConfig } from '../config/config.ts';
import { codeOf, FinkvraError } from '../lib/errors.ts';
import { assertTakesReal, isStoreThere, openConfiguredStore, storeWords } from '../service/store-place.ts';
import { isEmptyStore } from '../store/check-store.ts';
import type { Db } from '../store/open-store.ts';
import { removeStore } from '../store/store-kind.ts';
import type { Output } from './output.ts';

/** Whether the configured store exists, or an older one from which it would be made. */
export const hasStore = async (config: Config): Promise<boolean> =>
  (await isStoreThere(config)) ||
  (config.store.server === null && existsSync(join(config.dataDir, 'finkvra.sqlite')));

/** The error for a missing store, with ways to create it. */
export const assertExistingStore = async (config: Config): Promise<void> => {
  if (await isStoreThere(config)) return;
  throw new FinkvraError(
    `There is no store at ${config.store.shown} yet: start the service (npm start) or pull alerts (finkvra pull --from <path>).`,
  );
};

/** @throws FinkvraError where the store is on a server, with what to do there instead */
export const assertInFile = ({ store }: Config, instead: string): void => {
  if (store.server !== null)
    throw new FinkvraError(`The store is on a server, ${store.shown}: ${instead} See docs/operations.md.`);
};

/** Opens the store that `npm start` would open, creating it if needed, and says which. */
export const openCommandStore = (config: Config, output: Output): Promise<Db> => {
  output.note(storeWords(config));
  return openConfiguredStore(config, output.note);
};

/** Opens the store for reading. @throws FinkvraError if it does not exist */
export const openExistingStore = async (config: Config, output: Output): Promise<Db> => {
  if (!(await hasStore(config))) await assertExistingStore(config);
  return openCommandStore(config, output);
};

/**
 * The configuration for a command that stores real data. If nothing decides what the store is for and it holds no
 * simulated night, it becomes a store of real alerts.
 * @throws FinkvraError if the settings mean the store of simulated nights
 */
export const configForReal = (env: Environment): Config => {
  const config = readConfig(env);
  const undecided =
    config.store.server === null && (env.SOURCE ?? '').trim() === '' && !existsSync(config.databasePath);
  const meant = config.source === 'simulated' && undecided ? readConfig({ ...env, SOURCE: 'none' }) : config;
  assertTakesReal(meant);
  return meant;
};

/**
 * Runs work that may create the store. If it fails before anything was stored, the new store and its folder are
 * removed, so that the next command finds none.
 */
export const leavingNoEmptyStore = async <T>(
  { store, databasePath }: Config,
  work: () => Promise<T>,
): Promise<T> => {
  // On a server the database stays in any case.
  if (store.server !== null) return work();
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
