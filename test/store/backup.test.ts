import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPictureClient } from '../../src/pictures/picture-client.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { startDailyBackups } from '../../src/service/daily-backups.ts';
import { takeServiceLock } from '../../src/service/service-lock.ts';
import { findLabel } from '../../src/store/answers/labels.ts';
import { backupFolder, listBackups, newestGoodBackup } from '../../src/store/backup/backups.ts';
import { restoreStore } from '../../src/store/backup/restore-store.ts';
import { pruneBackups, writeBackup } from '../../src/store/backup/write-backup.ts';
import { findAlert, keepAlerts } from '../../src/store/intake/alerts.ts';
import { beginPull } from '../../src/store/intake/pulls.ts';
import { keepValue, readValue } from '../../src/store/key-value.ts';
import { type Db, inTransaction, openStore } from '../../src/store/open-store.ts';
import { stampsOf } from '../../src/store/stamps/stamps.ts';
import { alertWith } from '../helpers/alerts.ts';
import { eventually, finkvra, temporaryFolder } from '../helpers/service.ts';

const NOW = new Date('2026-05-02T12:00:00.000Z');
const STAMP = new Uint8Array(20_000).fill(7);

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let db: Db;
beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder.path, 'data', 'finkvra.sqlite');
  db = await openStore(path);
  const pullId = await beginPull(db, 'test', NOW.toISOString());
  const rows = Array.from({ length: 50 }, (_, i) => {
    const alert = alertWith({
      candid: String(100 + i),
      objectId: `ZTF25aaaaa${String(i).padStart(2, 'a')}`,
      stamps: { science: STAMP, template: null, difference: STAMP },
    });
    return { alert, features: alertFeatures(alert) };
  });
  await inTransaction(db, (trx) => keepAlerts(trx, rows, pullId, NOW.toISOString()));
  await db
    .insertInto('labels')
    .values({
      object_id: 'ZTF25aaaaaa0',
      candid: '100',
      answer: 'agn',
      candidate_id: null,
      user_id: 'U1',
      user_name: 'Vera',
      at: NOW.toISOString(),
    })
    .execute();
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

const back = (over: Partial<Parameters<typeof writeBackup>[0]> = {}) =>
  writeBackup({ databasePath: path, now: NOW, kind: 'manual', withStamps: false, ...over });

/** Tables, indices and triggers as they were written. */
const schemaOf = (file: string): unknown[] => {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('select type, name, sql from sqlite_master order by type, name').all();
  database.close();
  return rows;
};

test('a backup of a store in use has all but the stamps, and is a store', async () => {
  const made = await back();
  expect(made.path).toBe(join(folder.path, 'data', 'backups', 'finkvra-2026-05-02T12-00-00.000Z.sqlite'));
  expect(made.rows).toMatchObject({ alerts: 50, features: 50, labels: 1 });
  expect(statSync(made.path).mode & 0o777).toBe(0o600);
  expect(readdirSync(backupFolder(path))).toHaveLength(1);
  expect(schemaOf(made.path)).toEqual(schemaOf(path));
  const copy = await openStore(made.path);
  expect(await findLabel(copy, 'ZTF25aaaaaa0')).toMatchObject({ answer: 'agn' });
  expect((await stampsOf(copy, '100')).stamps.science).toBeNull();
  await copy.destroy();
  const whole = await back({ withStamps: true, to: join(folder.path, 'whole.sqlite') });
  expect(made.bytes).toBeLessThan(whole.bytes / 3);
  const wholeCopy = await openStore(whole.path);
  expect((await stampsOf(wholeCopy, '100')).stamps.science).toEqual(STAMP);
  await wholeCopy.destroy();
});

test('a backup is the store of one moment, whatever is written meanwhile', async () => {
  await keepValue(db, 'one', '0');
  await keepValue(db, 'other', '0');
  let writing = true;
  const write = async (): Promise<number> => {
    let count = 0;
    while (writing) {
      count += 1;
      await setImmediate();
      await inTransaction(db, async (trx) => {
        await keepValue(trx, 'one', String(count));
        await keepValue(trx, 'other', String(count));
      });
    }
    return count;
  };
  const written = write();
  const made = await back();
  writing = false;
  expect(await written).toBeGreaterThan(1);
  const copy = await openStore(made.path);
  expect(await readValue(copy, 'one')).toBe(await readValue(copy, 'other'));
  await copy.destroy();
});

test('ids that were given once are not given again after a restore', async () => {
  const first = await beginPull(db, 'test', NOW.toISOString());
  await db.deleteFrom('pulls').where('id', '=', first).execute();
  const made = await back();
  const copy = await openStore(made.path);
  expect(await beginPull(copy, 'test', NOW.toISOString())).toBe(first + 1);
  await copy.destroy();
});

test('a disk without twice the room is told before anything is written', async () => {
  await expect(back({ free: () => 100_000 })).rejects.toThrow(
    /^The disk has 0\.1 MB left and a backup needs 0\.\d MB, twice its size: free some space, or name a folder/,
  );
  expect(readdirSync(backupFolder(path))).toEqual([]);
  await expect(back({ withStamps: true, free: () => 3_000_000 })).rejects.toThrow(
    /a backup needs [45]\.\d MB/,
  );
});

test('the oldest daily backups go, those that somebody asked for stay, a damaged one is not the newest good one', async () => {
  for (const day of [1, 2, 3, 4]) {
    await back({ kind: 'daily', now: new Date(`2026-05-0${day}T12:00:00Z`) });
  }
  await back({ kind: 'manual', now: new Date('2026-04-01T12:00:00Z') });
  pruneBackups(path, 3);
  const left = listBackups(backupFolder(path));
  expect(left.map(({ kind, at }) => `${kind} ${at.slice(0, 10)}`)).toEqual([
    'daily 2026-05-04',
    'daily 2026-05-03',
    'daily 2026-05-02',
    'manual 2026-04-01',
  ]);
  writeFileSync(left[0]?.path ?? '', 'damaged');
  expect(newestGoodBackup(backupFolder(path))?.at).toBe('2026-05-03T12:00:00.000Z');
});

test('the service copies its store once a day, whenever it runs, and keeps as many as it is told', async () => {
  let now = NOW;
  const stop = startDailyBackups({
    databasePath: path,
    keep: 2,
    clock: () => now,
    log: pino({ level: 'silent' }),
    everyMs: 5,
  });
  const days = (): string[] => listBackups(backupFolder(path)).map(({ at }) => at.slice(0, 10));
  await eventually('the first backup', () => days().length === 1);
  now = new Date('2026-05-03T11:59:00Z');
  await eventually('a look that changes nothing', () => days().length === 1);
  now = new Date('2026-05-03T12:00:00Z');
  await eventually('the second one', () => days().length === 2);
  now = new Date('2026-05-06T03:00:00Z');
  await eventually('the third one', () => days().join() === '2026-05-06,2026-05-03');
  await stop();
});

test('finkvra backup and restore: a store is lost, and comes back with its labels', async () => {
  const env = { DATA_DIR: join(folder.path, 'data') };
  const elsewhere = join(folder.path, 'elsewhere');
  mkdirSync(elsewhere);
  const { code, stdout } = await finkvra(['backup', '--to', elsewhere, '--json'], env);
  expect(code).toBe(0);
  const made: { path: string } = JSON.parse(stdout);
  expect(made.path.startsWith(elsewhere)).toBe(true);
  await keepValue(db, 'since', '1');
  await db.destroy();
  writeFileSync(path, readFileSync(path).fill(0, 8192, 40_960));

  const unlock = takeServiceLock(env.DATA_DIR);
  const refused = await finkvra(['restore', made.path], env);
  expect(refused.stderr).toMatch(/Another finkvra service .* stop it first/);
  unlock();

  const restored = await finkvra(['restore', made.path, '--json'], env);
  expect(restored.stderr).toBe('');
  const { kept }: { kept: string } = JSON.parse(restored.stdout);
  expect(existsSync(kept)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  db = await openStore(path);
  expect(await findLabel(db, 'ZTF25aaaaaa0')).toMatchObject({ answer: 'agn' });
  expect(await readValue(db, 'since')).toBeNull();
  // The backup can be restored once more.
  expect(existsSync(made.path)).toBe(true);

  // A card of which the stamps are gone is drawn without them.
  const alert = await findAlert(db, '100');
  const pictures = createPictureClient();
  const png = alert === null ? null : await pictures.card({ alert, ...(await stampsOf(db, '100')) });
  await pictures.close();
  expect(png?.subarray(1, 4).toString()).toBe(Buffer.from('PNG').toString());
});

test('a journal of the lost store is never taken for the restored one', async () => {
  const made = await back();
  await keepValue(db, 'since', '1');
  const journal = readFileSync(`${path}-wal`);
  const file = readFileSync(path);
  await db.destroy();
  // As a power cut leaves them.
  writeFileSync(path, file);
  writeFileSync(`${path}-wal`, journal);
  const { kept } = await restoreStore(made.path, path, NOW);
  db = await openStore(path);
  expect(await readValue(db, 'since')).toBeNull();
  const old = await openStore(kept ?? '');
  expect(await readValue(old, 'since')).toBe('1');
  await old.destroy();
});

test('what is no good store is not restored', async () => {
  const made = await back();
  writeFileSync(made.path, readFileSync(made.path).fill(0, 8192, 16_384));
  await expect(restoreStore(made.path, path, NOW)).rejects.toThrow(
    /cannot be restored: it is (damaged|no whole store)/,
  );
  writeFileSync(made.path, 'hello');
  await expect(restoreStore(made.path, path, NOW)).rejects.toThrow(/it is no whole store of finkvra/);
  await expect(restoreStore(join(folder.path, 'no'), path, NOW)).rejects.toThrow(/There is no file/);
  expect(await findLabel(db, 'ZTF25aaaaaa0')).toMatchObject({ answer: 'agn' });
});
