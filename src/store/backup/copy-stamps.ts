import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { listSegments, stampFolder } from '../stamps/segments.ts';
import { listBackups } from './backups.ts';

/** Result of copying stamps to another folder. */
export interface StampCopy {
  readonly files: number;
  readonly bytes: number;
  /** Bytes copied; the rest are links to files on that disk. */
  readonly copied: number;
}

const DRAFT = '.copying';

const sameFile = (path: string, bytes: number): boolean =>
  statSync(path, { throwIfNoEntry: false })?.size === bytes;

const tryLink = (from: string, to: string): boolean => {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false; // another disk, or a file system without links: copy it
  }
};

const copyWhole = async (from: string, to: string): Promise<void> => {
  const draft = `${to}${DRAFT}`;
  copyFileSync(from, draft);
  const handle = await open(draft, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  renameSync(draft, to);
};

/**
 * Brings the stamp files of one folder into another. The files are append-only, so links suffice on the same
 * disk; files that an earlier backup on the other disk has are linked from there; the rest are copied. Existing
 * files stay.
 * @param earlier folders of stamps on the other disk
 */
export const copySegments = async (
  from: string,
  to: string,
  earlier: readonly string[] = [],
): Promise<StampCopy> => {
  const segments = listSegments(from);
  let copied = 0;
  if (segments.length > 0) mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const { name, bytes } of segments) {
    const target = join(to, name);
    if (sameFile(target, bytes)) continue;
    rmSync(target, { force: true });
    const known = earlier.map((folder) => join(folder, name)).filter((path) => sameFile(path, bytes));
    if ([join(from, name), ...known].some((path) => tryLink(path, target))) continue;
    // A file deleted meanwhile held nothing that the store refers to.
    if (!existsSync(join(from, name))) continue;
    await copyWhole(join(from, name), target);
    copied += bytes;
  }
  return { files: segments.length, bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0), copied };
};

/** Stamp folders of a folder's backups, newest first. */
export const earlierStamps = (folder: string): string[] =>
  listBackups(folder)
    .map(({ path }) => stampFolder(path))
    .filter((path) => existsSync(path));

/** Bytes that `copySegments` would copy. */
export const bytesToCopy = (from: string, to: string, earlier: readonly string[]): number => {
  if (!existsSync(from) || statSync(from).dev === statSync(dirname(to)).dev) return 0;
  return listSegments(from)
    .filter(({ name, bytes }) => ![to, ...earlier].some((folder) => sameFile(join(folder, name), bytes)))
    .reduce((sum, { bytes }) => sum + bytes, 0);
};

/** Deletes files in a copy's folder that the copy does not refer to. */
export const dropUnnamed = (databasePath: string, folder: string): void => {
  const database = new DatabaseSync(databasePath, { readOnly: true });
  try {
    const has = database.prepare("select 1 from sqlite_master where name = 'stamp_places'").get();
    // A store of an earlier version keeps no stamps in files until a service opens it.
    const rows =
      has === undefined
        ? []
        : database.prepare('select distinct segment from stamp_places where segment is not null').all();
    const named = new Set(rows.map(({ segment }) => String(segment)));
    for (const { name } of listSegments(folder))
      if (!named.has(name)) rmSync(join(folder, name), { force: true });
  } finally {
    database.close();
  }
};
