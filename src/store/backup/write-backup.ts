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
  /** The pictures of alerts, most of a store, in a folder beside the copy; no answer is lost with them. */
  readonly withStamps: boolean;
  /** Where it goes in place of the folder of backups. */
  readonly to?: string | undefined;
  /** Where the copy is going to be, if `to` is not its last place: its stamps are put beside that. */
  readonly lastPlace?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What a folder's disk has left, bytes; as the system says without it. */
  readonly free?: (folder: string) => number;
}

export interface Backup extends CopyResult {
  readonly path: string;
  readonly withStamps: boolean;
  /** Folder of its stamps; null without them, or where the store has none in files. */
  readonly stamps: string | null;
}

const DRAFT = '.draft';
const LEFTOVER_MS = 3_600_000;

const freeOn = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/**
 * Copies the store in a thread of its own, while it is in use; the copy is checked before it gets its name.
 * @throws FinkvraError when the disk has not twice the room
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
    // Before the store too: what it names by then is not deleted under the copy.
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

/** Drafts of backups that were cut off. */
const removeLeftovers = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.endsWith(`.sqlite${DRAFT}`)) continue;
    if (Date.now() - statSync(path).mtimeMs > LEFTOVER_MS) rmSync(path, { force: true });
  }
};

/** Removes the oldest daily backups above `keep`; those that somebody asked for stay. */
export const pruneBackups = (databasePath: string, keep: number): void => {
  const daily = listBackups(backupFolder(databasePath)).filter(({ kind }) => kind === 'daily');
  for (const { path } of daily.slice(keep)) rmSync(path);
};
