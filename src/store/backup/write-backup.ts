import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createJobWorker } from '../../lib/worker.ts';
import { stampFolder } from '../stamps/segments.ts';
import { type BackupKind, backupFolder, backupName, listBackups } from './backups.ts';
import { bytesToCopy, copySegments, dropUnnamed, earlierStamps } from './copy-stamps.ts';
import type { CopyJob, CopyResult } from './copy-store.ts';

export interface BackupOptions {
  readonly databasePath: string;
  readonly now: Date;
  readonly kind: BackupKind;
  /**
   * Copy the stamps too, into a folder beside the copy. They are most of a store, and no answer depends on them.
   */
  readonly withStamps: boolean;
  /** The target, instead of the folder of backups. */
  readonly to?: string | undefined;
  /** The copy's final place if `to` is temporary: its stamps are put beside that. */
  readonly lastPlace?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Free bytes on a folder's disk; by default as the system reports. */
  readonly free?: (folder: string) => number;
}

export interface Backup extends CopyResult {
  readonly path: string;
  readonly withStamps: boolean;
  /** Folder of its stamps; null without them, or if the store has none in files. */
  readonly stamps: string | null;
}

const DRAFT = '.draft';
const LEFTOVER_MS = 3_600_000;

const freeOn = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/**
 * Copies the store in its own thread while it is in use. The copy is checked before it gets its name.
 * @throws FinkvraError if the disk lacks twice the space
 */
export const writeBackup = async (options: BackupOptions): Promise<Backup> => {
  const { databasePath, now, kind, withStamps, signal, free = freeOn } = options;
  const path = options.to ?? join(backupFolder(databasePath), backupName(now, kind));
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeLeftovers(folder);
  const draft = `${path}${DRAFT}`;
  const stamps = { from: stampFolder(databasePath), to: stampFolder(options.lastPlace ?? path) };
  const earlier = earlierStamps(dirname(stamps.to));
  const worker = createJobWorker<CopyJob, CopyResult>({
    script: new URL('./copy-store.ts', import.meta.url),
    name: 'backup',
  });
  try {
    const stampBytes = withStamps ? bytesToCopy(stamps.from, stamps.to, earlier) : 0;
    // Before the store, so that files which the copy refers to are not deleted meanwhile.
    if (withStamps && free(folder) > stampBytes) await copySegments(stamps.from, stamps.to, earlier);
    const job = { from: databasePath, to: draft, withStamps, stampBytes, free: free(folder) };
    const copied = await worker.run(job, { signal });
    if (withStamps) {
      await copySegments(stamps.from, stamps.to, earlier);
      dropUnnamed(draft, stamps.to);
    }
    renameSync(draft, path);
    return { path, withStamps, stamps: withStamps && existsSync(stamps.to) ? stamps.to : null, ...copied };
  } finally {
    await worker.close();
    rmSync(draft, { force: true });
  }
};

/** Drafts of interrupted backups. */
const removeLeftovers = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.endsWith(`.sqlite${DRAFT}`)) continue;
    if (Date.now() - statSync(path).mtimeMs > LEFTOVER_MS) rmSync(path, { force: true });
  }
};

/** Deletes the oldest daily backups above `keep`; requested ones stay. */
export const pruneBackups = (databasePath: string, keep: number): void => {
  const daily = listBackups(backupFolder(databasePath)).filter(({ kind }) => kind === 'daily');
  for (const { path } of daily.slice(keep)) rmSync(path);
};
