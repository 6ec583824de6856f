import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import { checkStore } from '../check-store.ts';

/** Made by the service of itself, the oldest ones removed; or asked for, and kept until somebody deletes it. */
export type BackupKind = 'daily' | 'manual';

export interface BackupFile {
  readonly path: string;
  readonly kind: BackupKind;
  /** When it was begun, ISO 8601 in UTC. */
  readonly at: string;
  readonly bytes: number;
}

const PREFIXES: Readonly<Record<BackupKind, string>> = { daily: 'daily', manual: 'finkvra' };
const NAME = /^(daily|finkvra)-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2}\.\d{3})Z\.sqlite$/;

/** Where a store's backups are, unless they were put elsewhere. */
export const backupFolder = (databasePath: string): string => join(dirname(databasePath), 'backups');

/** The name of a backup begun at this time; ISO 8601 but for the colons, which not every file system takes. */
export const backupName = (at: Date, kind: BackupKind): string =>
  `${PREFIXES[kind]}-${at.toISOString().replaceAll(':', '-')}.sqlite`;

/** The backups in a folder, newest first; none where there is no folder. */
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

/** The newest backup that is whole and that this version can read; null without one. */
export const newestGoodBackup = (folder: string): BackupFile | null =>
  listBackups(folder).find(({ path }) => whyUnusable(path) === null) ?? null;

/** Why a file cannot take the store's place; null when it can. */
export const whyUnusable = (path: string): string | null => {
  try {
    const { integrity, unknown } = checkStore(path);
    if (integrity !== 'ok') return `it is damaged (${integrity.slice(0, 200)})`;
    return unknown.length === 0 ? null : `a newer version of finkvra wrote it (${unknown.join(', ')})`;
  } catch (error) {
    return `it is no whole store of finkvra (${messageOf(error)})`;
  }
};

/** What to do about a store that cannot be used, as the end of a sentence. */
export const restoreWords = (databasePath: string): string => {
  const folder = backupFolder(databasePath);
  const good = newestGoodBackup(folder);
  return good === null
    ? `bring a backup of yours back with finkvra restore <file> (there is no good one in ${folder})`
    : `bring the newest good backup back with finkvra restore ${good.path}`;
};

/** The error of a damaged store, with the way back. */
export const damagedStore = (path: string, what: string, cause?: unknown): FinkvraError =>
  new FinkvraError(
    `The store ${path} is damaged (${what.slice(0, 200)}): stop the service if it runs, and ${restoreWords(path)}; the damaged one is kept beside it.`,
    { cause },
  );
