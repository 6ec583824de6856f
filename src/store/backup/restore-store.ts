import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { FinkvraError } from '../../lib/errors.ts';
import { stampFolder } from '../stamps/segments.ts';
import { COMPANIONS } from '../store-file.ts';
import { whyUnusable } from './backups.ts';
import { bytesToCopy, copySegments } from './copy-stamps.ts';

export interface Restored {
  /** What had been the store, moved aside; null where there was none. */
  readonly kept: string | null;
  readonly bytes: number;
}

/** @throws FinkvraError when a file is no good store */
export const assertRestorable = (file: string): void => {
  if (!existsSync(file))
    throw new FinkvraError(`There is no file ${file}: name a backup (finkvra backup makes one).`);
  const why = whyUnusable(file);
  if (why !== null) throw new FinkvraError(`${file} cannot be restored: ${why}. Name another backup.`);
};

/**
 * Puts a backup into the store's place; what was there is moved aside with its journal, whatever its state.
 * Stamps that lie beside the backup are put to those of the store. The backup stays as it is. Only while no service and no command works on the store.
 * @throws FinkvraError when the file is no good store, or the disk has no room for another copy
 */
export const restoreStore = async (file: string, databasePath: string, now: Date): Promise<Restored> => {
  assertRestorable(file);
  const folder = dirname(databasePath);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = statfsSync(folder);
  const stamps = { from: stampFolder(file), to: stampFolder(databasePath) };
  const needed = statSync(file).size * 1.1 + bytesToCopy(stamps.from, stamps.to, []);
  if (bavail * bsize < needed) {
    throw new FinkvraError(`The disk of ${folder} has no room for ${file}: free some space and do it again.`);
  }
  const draft = `${databasePath}.restoring`;
  try {
    for (const end of ['', ...COMPANIONS]) rmSync(`${draft}${end}`, { force: true });
    await copyWhole(file, draft);
    await copySegments(stamps.from, stamps.to);
    const kept = existsSync(databasePath) ? `${databasePath}.before-${stamp(now)}` : null;
    for (const end of ['', ...COMPANIONS]) {
      // A journal without its store would be taken for the new one's.
      if (existsSync(`${databasePath}${end}`))
        renameSync(`${databasePath}${end}`, `${databasePath}.before-${stamp(now)}${end}`);
    }
    renameSync(draft, databasePath);
    return { kept, bytes: statSync(databasePath).size };
  } finally {
    for (const end of ['', ...COMPANIONS]) rmSync(`${draft}${end}`, { force: true });
  }
};

const stamp = (now: Date): string => now.toISOString().replaceAll(':', '-');

/** A copy of the file with what its journal has. */
const copyWhole = async (file: string, draft: string): Promise<void> => {
  const source = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    await backup(source, draft, { rate: 2000 });
  } finally {
    source.close();
  }
  chmodSync(draft, 0o600);
  const why = whyUnusable(draft);
  if (why !== null)
    throw new FinkvraError(`The copy of ${file} cannot be used: ${why}. Look at the disk and do it again.`);
};
