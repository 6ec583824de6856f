import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import { checkStore } from '../check-store.ts';

/**
 * `daily`: made by the service, which deletes the oldest ones. `manual`: requested, and kept until somebody
 * deletes it.
 */
export type BackupKind = 'daily' | 'manual';

export interface BackupFile {
  readonly path: string;
  readonly kind: BackupKind;
  /** Start of the backup, ISO 8601 in UTC. */
  readonly at: string;
  readonly bytes: number;
}

const PREFIXES: Readonly<Record<BackupKind, string>> = { daily: 'daily', manual: 'finkvra' };
const NAME = /^(daily|finkvra)-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2}\.\d{3})Z\.sqlite$/;

/** The default folder of a store's backups. */
export const backupFolder = (databasePath: string): string => join(dirname(databasePath), 'backups');

/** The name of a backup started at this time: ISO 8601 without colons, which some file systems refuse. */
export const backupName = (at: Date, kind: BackupKind): string =>
  `${PREFIXES[kind]}-${at.toISOString().replaceAll(':', '-')}.sqlite`;

/** The backups in a folder, newest first; none without the folder. */
export const listBackups = (folder: string): BackupFile[] => {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name): BackupFile[] => {
      const [, prefix, day, hours, minutes, seconds] = NAME.exec(name) ?? [];
      if (prefix === undefined) return [];
      const path = join(folder, name);
      const kind = prefix === PREFIXES.daily ? 'daily' : 'manual';
      return [{ path, kind, at: `${day}T${hours}:${minutes}:${seconds}Z`, bytes: statSync(path).size }];
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1));
};

/** The newest backup that is intact and readable by this version; null without one. */
export const newestGoodBackup = (folder: string): BackupFile | null =>
  listBackups(folder).find(({ path }) => whyUnusable(path) === null) ?? null;

/** Why a file cannot replace the store; null if it can. */
export const whyUnusable = (path: string): string | null => {
  try {
    const { integrity, unknown } = checkStore(path);
    if (integrity !== 'ok') return `it is damaged (${integrity.slice(0, 200)})`;
    return unknown.length === 0 ? null : `a newer version of finkvra wrote it (${unknown.join(', ')})`;
  } catch (error) {
    return `it is no whole store of finkvra (${messageOf(error)})`;
  }
};

/** What to do about an unusable store, as the end of a sentence. */
export const restoreWords = (databasePath: string): string => {
  const folder = backupFolder(databasePath);
  const good = newestGoodBackup(folder);
  return good === null
    ? `bring a backup of yours back with finkvra restore <file> (there is no good one in ${folder})`
    : `bring the newest good backup back with finkvra restore ${good.path}`;
};

/** The error for a damaged store, with the way to restore it. */
export const damagedStore = (path: string, what: string, cause?: unknown): FinkvraError =>
  new FinkvraError(
    `The store ${path} is damaged (${what.slice(0, 200)}): stop the service if it runs, and ${restoreWords(path)}; the damaged one is kept beside it.`,
    { cause },
  );
