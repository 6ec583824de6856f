import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config, StorePlace } from '../config/config.ts';
import { FinkvraError } from '../lib/errors.ts';
import { copySegments } from '../store/backup/copy-stamps.ts';
import { type Db, type MigrationStep, openStore, type StoreOptions } from '../store/open-store.ts';
import { isOnServer } from '../store/postgres/check-server.ts';
import { stampFolder } from '../store/stamps/segments.ts';
import {
  closeForMoving,
  copyStore,
  keepKind,
  kindOf,
  lookIntoStore,
  removeSimulated,
  type StoreKind,
  simulatedArchives,
} from '../store/store-kind.ts';
import { takeServiceLock } from './service-lock.ts';

/** Tells a person what was found or done. */
type Tell = (text: string) => void;

const STORE = 'finkvra.sqlite';
const SANDBOX = 'sandbox.sqlite';

/** A file with what SQLite keeps beside it while it is in use. */
const renameDatabase = (from: string, to: string): void => {
  for (const end of ['-wal', '-shm', '']) {
    if (existsSync(`${from}${end}`)) renameSync(`${from}${end}`, `${to}${end}`);
  }
};

/** Where the simulated alerts of an older folder go: beside what is there. */
const newName = (folder: string): string => {
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? STORE : `finkvra-${number}.sqlite`);
    if (!existsSync(path)) return path;
  }
};

/** The whole store is simulated: it moves, with its archive and its workspace, the store itself last. */
const moveAll = (dataDir: string, folder: string, path: string): void => {
  const archive = join(folder, 'archive');
  if (existsSync(join(dataDir, 'archive')) && !existsSync(archive))
    renameSync(join(dataDir, 'archive'), archive);
  const [from, to] = [stampFolder(join(dataDir, STORE)), stampFolder(path)];
  if (existsSync(from) && !existsSync(to)) renameSync(from, to);
  if (!existsSync(join(folder, SANDBOX))) renameDatabase(join(dataDir, SANDBOX), join(folder, SANDBOX));
  renameSync(join(dataDir, STORE), path);
};

/** Real alerts are in it too: a copy of all of it is kept with the simulated ones, which then leave it. */
const split = async (db: Db, dataDir: string, folder: string, path: string): Promise<void> => {
  await copySegments(stampFolder(join(dataDir, STORE)), stampFolder(path));
  await copyStore(db, `${path}.new`);
  renameSync(`${path}.new`, path);
  for (const file of await simulatedArchives(db)) {
    const from = join(dataDir, 'archive', file);
    mkdirSync(join(folder, 'archive'), { recursive: true });
    if (existsSync(from)) renameSync(from, join(folder, 'archive', file));
  }
  await removeSimulated(db);
};

/**
 * Versions before kept simulated and real alerts in one store. Once, the simulated ones move to the folder
 * `simulated`; nothing is lost.
 * @throws FinkvraError when a service works on the folder
 */
export const separateSimulated = async (dataDir: string, tell: Tell): Promise<void> => {
  const store = join(dataDir, STORE);
  const contents = lookIntoStore(store);
  // A simulated one here is on its way: the last process ended while it moved.
  if (contents === null || contents.kind === 'real') return;
  const unlock = takeServiceLock(dataDir);
  try {
    const db = await openStore(store);
    try {
      if (!contents.simulated) return await keepKind(db, 'real');
      const folder = join(dataDir, 'simulated');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = newName(folder);
      if (contents.real) {
        await split(db, dataDir, folder, path);
        await keepKind(db, 'real');
      } else {
        await keepKind(db, 'simulated');
        await db.destroy();
        closeForMoving(store);
        moveAll(dataDir, folder, path);
      }
      tell(`The simulated alerts of ${store}, with their rounds and labels, are in ${path} now.`);
    } finally {
      await db.destroy();
    }
  } finally {
    unlock();
  }
};

/** Whether the store that the settings mean is there. @throws FinkvraError when its server cannot be reached */
export const isStoreThere = async ({ store }: Pick<Config, 'store'>): Promise<boolean> =>
  store.server === null ? existsSync(store.place) : isOnServer(store.server);

/** Which store the settings mean, for people. */
export const storeWords = ({ store, source }: Config): string =>
  `store: ${store.shown}${source === 'simulated' ? ' (simulated nights)' : ''}`;

/** A store from this size on says how far it is brought up to date, bytes: a smaller one takes a moment. */
const LARGE_STORE = 200e6;

const tellStep = (path: string, { name, step, of }: MigrationStep, tell: Tell): void => {
  const { size } = statSync(path);
  if (size < LARGE_STORE) return;
  const megabytes = Math.round(size / 1e6);
  tell(
    `The store (${megabytes} MB) is brought up to date: step ${step} of ${of}, ${name}. It may take a minute.`,
  );
};

/**
 * Opens the store that the settings mean, the same for the service and for every command: simulated nights have
 * one of their own in `DATA_DIR/simulated`; real alerts, also when they are labelled in the sandbox, live in
 * `DATA_DIR`.
 */
export const openConfiguredStore = async (
  config: Config,
  tell: Tell,
  options: StoreOptions = {},
): Promise<Db> => {
  const { store, dataDir } = config;
  const kind = config.source === 'simulated' ? 'simulated' : 'real';
  if (store.server !== null) return openOnServer(store, kind, options);
  await separateSimulated(dataDir, tell);
  const db = await openStore(store.place, {
    ...options,
    onMigration: (step) => tellStep(store.place, step, tell),
  });
  await keepKind(db, kind);
  return db;
};

/** A database has what it was first opened for: real alerts, or simulated ones. */
const openOnServer = async (store: StorePlace, kind: StoreKind, options: StoreOptions): Promise<Db> => {
  const db = await openStore(store.place, options);
  try {
    await keepKind(db, kind);
    const held = await kindOf(db);
    if (held === kind) return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
  await db.destroy();
  throw new FinkvraError(
    kind === 'simulated'
      ? `${store.shown} holds real alerts, to which no simulated night goes: name another database in STORE_URL, or set SOURCE=none.`
      : `${store.shown} holds simulated nights, to which nothing real goes: name another database in STORE_URL, or set SOURCE=simulated.`,
  );
};

/** @throws FinkvraError where the settings mean the store of simulated nights: no real alert goes into it */
export const assertTakesReal = ({ source, store, dataDir }: Config): void => {
  if (source !== 'simulated') return;
  throw new FinkvraError(
    `The settings mean ${store.shown}, the store of simulated nights, into which nothing real goes. Set SOURCE=none, or KAFKA_GROUP_ID to read from Fink, and do this again: real alerts, with their rounds and labels, live in ${dataDir}.`,
  );
};

/** The folder that one service at a time works in. */
export const storeFolder = ({ databasePath }: Config): string => dirname(databasePath);
