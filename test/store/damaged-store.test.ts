import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { writeBackup } from '../../src/store/backup/write-backup.ts';
import { checkStore } from '../../src/store/check-store.ts';
import { keepAlerts } from '../../src/store/intake/alerts.ts';
import { countAlerts } from '../../src/store/intake/counts.ts';
import { beginPull } from '../../src/store/intake/pulls.ts';
import { keepValue } from '../../src/store/key-value.ts';
import { inTransaction, openStore } from '../../src/store/open-store.ts';
import { assertSound } from '../../src/store/store-file.ts';
import { alertWith } from '../helpers/alerts.ts';
import { temporaryFolder } from '../helpers/service.ts';

const PAGE = 4096;
const AT = '2026-05-02T12:00:00.000Z';

const folder = temporaryFolder();
const path = join(folder.path, 'finkvra.sqlite');
let whole: Buffer;
let backup: string;

beforeAll(async () => {
  const db = await openStore(path);
  const pullId = await beginPull(db, 'test', AT);
  const rows = Array.from({ length: 600 }, (_, i) => {
    const alert = alertWith({
      candid: String(1_000_000 + i),
      objectId: `ZTF25${String(i).padStart(7, 'a')}`,
    });
    return { alert, features: alertFeatures(alert) };
  });
  await inTransaction(db, (trx) => keepAlerts(trx, rows, pullId, AT));
  await db.destroy();
  ({ path: backup } = await writeBackup({
    databasePath: path,
    now: new Date(AT),
    kind: 'daily',
    withStamps: false,
  }));
  whole = readFileSync(path);
});
afterAll(() => folder.remove());
beforeEach(() => writeFileSync(path, whole));

const pages = (): number => whole.length / PAGE;
/** Overwrites bytes from this one on. */
const overwrite = (from: number, bytes: Buffer): void => {
  const damaged = Buffer.from(whole);
  bytes.copy(damaged, from);
  writeFileSync(path, damaged);
};
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 73 + 41) % 256));

const inTheMiddle = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((share): [string, () => void][] => {
  const at = (): number => Math.floor(pages() * share) * PAGE;
  return [
    [`a page of zeros at ${share} of it`, () => overwrite(at(), Buffer.alloc(PAGE))],
    [`a page of noise at ${share} of it`, () => overwrite(at(), noise(PAGE))],
    [`the head of a page lost at ${share} of it`, () => overwrite(at(), Buffer.alloc(64))],
  ];
});

const DAMAGES: [string, () => void][] = [
  ['its header of zeros', () => overwrite(0, Buffer.alloc(100))],
  ['its header of zeros but for the name', () => overwrite(16, Buffer.alloc(84))],
  ['its first page lost', () => overwrite(0, Buffer.alloc(PAGE))],
  ['its schema lost', () => overwrite(100, Buffer.alloc(PAGE - 100))],
  ['all of it zeros', () => overwrite(0, Buffer.alloc(whole.length))],
  ['its second half of zeros', () => overwrite(whole.length / 2, Buffer.alloc(whole.length / 2))],
  ['cut off in the middle', () => truncateSync(path, Math.floor(whole.length / 2))],
  ['cut off within a page', () => truncateSync(path, whole.length - 1000)],
  ['its last page missing', () => truncateSync(path, whole.length - PAGE)],
  ['nothing left of it', () => truncateSync(path, 0)],
  ['the beginning only', () => truncateSync(path, 50)],
  ['text', () => writeFileSync(path, 'candid,objectId\n1,ZTF25aapafwq\n')],
  ...inTheMiddle,
];

test.each(DAMAGES)('a store with %s is refused, and the newest good backup named', (_, damage) => {
  damage();
  expect(() => assertSound(path)).toThrow(`finkvra restore ${backup}`);
});

test('a sound store is not refused', () => {
  expect(() => assertSound(path)).not.toThrow();
});

test('of a large store the structure and what people made are read, and its length', () => {
  expect(checkStore(path, 1000)).toEqual({ integrity: 'ok', pending: [], unknown: [] });
  const database = new DatabaseSync(path);
  const { rootpage } =
    database.prepare("select rootpage from sqlite_master where name = 'answers'").get() ?? {};
  database.close();
  overwrite((Number(rootpage) - 1) * PAGE, Buffer.alloc(PAGE));
  expect(checkStore(path, 1000).integrity).not.toBe('ok');
  writeFileSync(path, whole.subarray(0, -PAGE));
  expect(() => checkStore(path, 1000)).toThrow(/malformed/);
});

test.each([
  ['an empty file', () => writeFileSync(path, ''), /is empty, as a full disk or a copy that was cut off/],
  ['a text', () => writeFileSync(path, 'hello'), /is no store of finkvra: it is another program's file/],
  [
    "another program's database",
    () => {
      writeFileSync(path, '');
      const other = new DatabaseSync(path);
      other.exec('create table bookmarks (url text)');
      other.close();
    },
    /is no store of finkvra: it is another program's file/,
  ],
])('%s is not taken for a new store, nor changed', async (_, put, words) => {
  put();
  const before = readFileSync(path);
  await expect(openStore(path)).rejects.toThrow(words);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a journal without its store is not thrown away', async () => {
  const lonely = join(folder.path, 'lonely.sqlite');
  writeFileSync(`${lonely}-wal`, 'commits');
  await expect(openStore(lonely)).rejects.toThrow(
    /lonely\.sqlite is gone, but .*-wal with its last commits is there/,
  );
  expect(existsSync(lonely)).toBe(false);
});

test('a copy with its journal has all, one without has lost the last commits', async () => {
  const db = await openStore(path);
  await keepValue(db, 'last', '1');
  const copy = join(folder.path, 'copy.sqlite');
  writeFileSync(copy, readFileSync(path));
  writeFileSync(`${copy}-wal`, readFileSync(`${path}-wal`));
  await db.destroy();
  assertSound(copy);
  const copied = await openStore(copy);
  expect((await countAlerts(copied)).alerts).toBe(600);
  await copied.destroy();
});
