import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { FinkvraError } from '../../lib/errors.ts';
import { stampFolder } from '../stamps/segments.ts';
import { COMPANIONS } from '../store-file.ts';
import { whyUnusable } from './backups.ts';
import { bytesToCopy, copySegments } from './copy-stamps.ts';

export interface Restored {
  /** The previous store, moved aside; null if there was none. */
  readonly kept: string | null;
  readonly bytes: number;
}

/** @throws FinkvraError if the file is not an intact store */
export const assertRestorable = (file: string): void => {
  if (!existsSync(file))
    throw new FinkvraError(`There is no file ${file}: name a backup (finkvra backup makes one).`);
  const why = whyUnusable(file);
  if (why !== null) throw new FinkvraError(`${file} cannot be restored: ${why}. Name another backup.`);
};

/**
 * Replaces the store by a backup. The previous store is moved aside with its journal, whatever its state; stamps
 * beside the backup join the store's; the backup stays as it is. Only while no service and no command uses the
 * store.
 * @throws FinkvraError if the file is not an intact store, or the disk has no space for another copy
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
      // SQLite would apply a leftover journal to the new store.
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

/** A copy of the file, including its journal. */
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
