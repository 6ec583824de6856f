import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStampCare } from '../../src/service/stamp-care.ts';
import { backupName } from '../../src/store/backup/backups.ts';
import { copySegments } from '../../src/store/backup/copy-stamps.ts';
import { restoreStore } from '../../src/store/backup/restore-store.ts';
import { writeBackup } from '../../src/store/backup/write-backup.ts';
import { type Db, openStore } from '../../src/store/open-store.ts';
import { findStamps, missingSegments } from '../../src/store/stamps/find-stamps.ts';
import { pruneStamps } from '../../src/store/stamps/prune-stamps.ts';
import { listSegments, stampFolder } from '../../src/store/stamps/segments.ts';
import { nightOf } from '../../src/store/stamps/stamps.ts';
import { fateOf, keepStamps } from '../helpers/kept-stamps.ts';
import { eventually, finkvra, temporaryFolder } from '../helpers/service.ts';

const NOW = new Date('2026-05-02T12:00:00.000Z');
const AT = NOW.toISOString();
const ALL = [1, 2, 3, 4];

let folder: ReturnType<typeof temporaryFolder>;
let data: string;
let path: string;
let db: Db;
beforeEach(async () => {
  folder = temporaryFolder();
  data = join(folder.path, 'data');
  path = join(data, 'finkvra.sqlite');
  db = await openStore(path);
  await keepStamps(db, [1, 2], { at: AT });
  await keepStamps(db, [3, 4], { at: AT });
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

const back = (over: Partial<Parameters<typeof writeBackup>[0]> = {}) =>
  writeBackup({ databasePath: path, now: NOW, kind: 'manual', withStamps: true, ...over });

test('a backup with stamps has them beside it, linked where it is on the same disk, and is a store by itself', async () => {
  const made = await back();
  expect(made.stamps).toBe(stampFolder(made.path));
  for (const { name } of listSegments(stampFolder(path)))
    expect(statSync(join(made.stamps ?? '', name)).nlink).toBe(2);
  // What is deleted from the store since is still in the backup.
  rmSync(stampFolder(path), { recursive: true });
  const copy = await openStore(made.path);
  expect(await fateOf(copy, ALL)).toEqual({ whole: ALL });
  await copy.destroy();
});

test('a store that is lost with its disk comes back with its stamps, by the command line', async () => {
  const elsewhere = join(folder.path, 'elsewhere');
  mkdirSync(elsewhere);
  const env = { DATA_DIR: data, SOURCE: 'none' };
  const { code, stdout } = await finkvra(['backup', '--to', elsewhere, '--with-stamps', '--json'], env);
  expect(code).toBe(0);
  const made: { path: string; stamps: string } = JSON.parse(stdout);
  expect(readdirSync(elsewhere).sort()).toEqual(
    [made.path, made.stamps].map((one) => one.slice(elsewhere.length + 1)).sort(),
  );
  await db.destroy();
  rmSync(data, { recursive: true });
  expect((await finkvra(['restore', made.path], env)).stderr).toBe('');
  db = await openStore(path);
  expect(await fateOf(db, ALL)).toEqual({ whole: ALL });
});

test('without its stamps it starts and works; only pictures lack them', async () => {
  const made = await back({ withStamps: false });
  expect(made.stamps).toBeNull();
  await db.destroy();
  rmSync(stampFolder(path), { recursive: true });
  await restoreStore(made.path, path, NOW);
  db = await openStore(path);
  expect(await fateOf(db, ALL)).toEqual({ 'the file of stamps is not there': ALL });
  const care = createStampCare({
    db,
    databasePath: path,
    nights: 30,
    clock: () => NOW,
    log: pino({ level: 'silent' }),
  });
  care.begin();
  expect(await eventually('the end of the search', async () => (await care.prune()) === 'done')).toBe(true);
  await care.stop();
  await keepStamps(db, [5], { at: AT });
  expect((await fateOf(db, [5])).whole).toEqual([5]);
});

test('after an older backup is restored, stamps that have moved to another file are found there', async () => {
  const made = await back({ withStamps: false });
  await db
    .insertInto('labels')
    .values({
      object_id: 'ZTF25a1',
      candid: '1001',
      answer: 'agn',
      candidate_id: null,
      user_id: 'U1',
      user_name: 'Vera',
      at: AT,
    })
    .execute();
  for (const { name } of listSegments(stampFolder(path))) utimesSync(join(stampFolder(path), name), NOW, NOW);
  expect((await pruneStamps(db, nightOf(NOW) + 1)).alerts).toBe(3);
  await db.destroy();
  await restoreStore(made.path, path, NOW);
  db = await openStore(path);
  expect(await missingSegments(db)).toHaveLength(2);
  expect((await fateOf(db, [1])).whole).toBeUndefined();
  expect(await findStamps(db)).toBe(1);
  expect((await fateOf(db, [1])).whole).toEqual([1]);
});

test('a second copy to the same place takes only what is new', async () => {
  const to = join(folder.path, 'copy');
  await copySegments(stampFolder(path), to);
  const [first = ''] = readdirSync(to);
  await keepStamps(db, [5], { at: AT });
  const again = await copySegments(stampFolder(path), to);
  expect(again).toMatchObject({ files: 3, copied: 0 });
  expect(readdirSync(to)).toContain(first);
  expect(readdirSync(to)).toHaveLength(3);
});

test('a data folder that was moved works on, backups and all', async () => {
  const made = await back();
  await db.destroy();
  const moved = join(folder.path, 'moved');
  renameSync(data, moved);
  db = await openStore(join(moved, 'finkvra.sqlite'));
  expect(await fateOf(db, ALL)).toEqual({ whole: ALL });
  const copy = await openStore(made.path.replace(data, moved));
  expect(await fateOf(copy, ALL)).toEqual({ whole: ALL });
  await copy.destroy();
  expect(existsSync(data)).toBe(false);
});

/** Another disk than that of temporary files, where this machine has one. */
const OTHER_DISK = '/dev/shm';
const hasOtherDisk = existsSync(OTHER_DISK) && statSync(OTHER_DISK).dev !== statSync(tmpdir()).dev;

test.skipIf(!hasOtherDisk)(
  'on another disk a backup copies what the one before it there has not',
  async () => {
    const disk = mkdtempSync(join(OTHER_DISK, 'finkvra-test-'));
    try {
      const first = await back({ to: join(disk, backupName(NOW, 'manual')) });
      await keepStamps(db, [5], { at: AT });
      const later = new Date(NOW.getTime() + 86_400_000);
      const second = await back({ to: join(disk, backupName(later, 'manual')), now: later });
      const [one = '', two = ''] = [first.stamps ?? '', second.stamps ?? ''];
      expect(listSegments(one)).toHaveLength(2);
      expect(listSegments(two)).toHaveLength(3);
      for (const { name } of listSegments(one)) expect(statSync(join(two, name)).nlink).toBe(2);
      const copy = await openStore(second.path);
      expect(await fateOf(copy, [...ALL, 5])).toEqual({ whole: [...ALL, 5] });
      await copy.destroy();
      await expect(back({ to: join(disk, 'full.sqlite'), free: () => 10_000 })).rejects.toThrow(
        /The disk has/,
      );
    } finally {
      rmSync(disk, { recursive: true });
    }
  },
);
