import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkStore } from '../check-store.ts';

export interface BackupFile {
  readonly path: string;
  /** When it was begun, ISO 8601 in UTC. */
  readonly at: string;
  readonly bytes: number;
}

const NAME = /^finkvra-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})(\.\d{3})?Z\.sqlite$/;

/** Where a store's daily backups are. */
export const backupFolder = (databasePath: string): string => join(dirname(databasePath), 'backups');

/** The name of a backup begun at this time; the colons of ISO 8601 are no letters of a file name everywhere. */
export const backupName = (at: Date): string => `finkvra-${at.toISOString().replaceAll(':', '-')}.sqlite`;

/** The backups in a folder, newest first; none where there is no folder. */
export const listBackups = (folder: string): BackupFile[] => {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const [, day, hours, minutes, seconds, ms = ''] = NAME.exec(name) ?? [];
      if (day === undefined) return [];
      const path = join(folder, name);
      return [{ path, at: `${day}T${hours}:${minutes}:${seconds}${ms}Z`, bytes: statSync(path).size }];
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1));
};

/** The newest backup that is whole and that this version can read; null without one. */
export const newestGoodBackup = (folder: string): BackupFile | null =>
  listBackups(folder).find(({ path }) => isGood(path)) ?? null;

const isGood = (path: string): boolean => {
  try {
    const { integrity, unknown } = checkStore(path);
    return integrity === 'ok' && unknown.length === 0;
  } catch {
    return false; // not even an SQLite file: the next one is looked at
  }
};

/** What to do about a store that cannot be used, as the end of a sentence. */
export const restoreWords = (databasePath: string): string => {
  const folder = backupFolder(databasePath);
  const good = newestGoodBackup(folder);
  return good === null
    ? `bring a backup of yours back with finkvra restore <file> (${folder} has no good one)`
    : `bring the newest good backup back with finkvra restore ${good.path}`;
};
