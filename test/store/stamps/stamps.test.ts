import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPictureClient } from '../../../src/pictures/picture-client.ts';
import type { Stamps } from '../../../src/pipeline/alert.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { findAlert, keepAlerts } from '../../../src/store/intake/alerts.ts';
import { beginPull } from '../../../src/store/intake/pulls.ts';
import { type Db, inTransaction, openStore } from '../../../src/store/open-store.ts';
import { entryOf } from '../../../src/store/stamps/segment-format.ts';
import {
  createSegmentWriter,
  entriesIn,
  listSegments,
  stampFolder,
} from '../../../src/store/stamps/segments.ts';
import { openStamps, stampsOf, toKeep } from '../../../src/store/stamps/stamps.ts';
import { alertWith } from '../../helpers/alerts.ts';
import { temporaryFolder } from '../../helpers/service.ts';

const AT = '2026-05-02T12:00:00.000Z';
const stampsFor = (n: number): Stamps => ({
  science: new Uint8Array(5000).fill(n),
  template: null,
  difference: new Uint8Array(300 + n).fill(n + 1),
});
const alertOf = (n: number) =>
  alertWith({ candid: String(100 + n), objectId: `ZTF25aaaaa${n}`, ra: n, stamps: stampsFor(n) });

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let db: Db;
let pull: number;
beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder.path, 'data', 'finkvra.sqlite');
  db = await openStore(path);
  pull = await beginPull(db, 'test', AT);
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

/** Keeps alerts as a pull does: their stamps first. */
const keep = async (...numbers: number[]): Promise<void> => {
  const alerts = numbers.map(alertOf);
  const stamps = await openStamps(db);
  const note = await stamps.put(alerts.map((alert) => toKeep(alert, AT)));
  const rows = alerts.map((alert) => ({ alert, features: alertFeatures(alert) }));
  await inTransaction(db, (trx) => keepAlerts(trx, rows, pull, AT, note));
  await stamps.close();
};

const segmentPaths = (): string[] =>
  listSegments(stampFolder(path)).map(({ name }) => join(stampFolder(path), name));
const read = async (n: number): Promise<Stamps> => {
  const { science, template, difference } = (await stampsOf(db, String(100 + n))).stamps;
  const plain = (one: Uint8Array | null) => (one === null ? null : new Uint8Array(one));
  return { science: plain(science), template: plain(template), difference: plain(difference) };
};

test('stamps are read back from files that nobody else can read, and the database has none', async () => {
  await keep(1, 2, 3);
  expect(await read(1)).toEqual(stampsFor(1));
  expect(await read(3)).toEqual(stampsFor(3));
  expect(await db.selectFrom('stamps').selectAll().execute()).toEqual([]);
  const [segment = ''] = segmentPaths();
  expect(statSync(segment).mode & 0o777).toBe(0o600);
  expect(statSync(stampFolder(path)).mode & 0o777).toBe(0o700);
});

test('an alert of which the packet had no stamps has none, and nothing is said of files', async () => {
  const alert = alertWith({ candid: '7', objectId: 'ZTF25b' });
  await inTransaction(db, (trx) => keepAlerts(trx, [{ alert, features: alertFeatures(alert) }], pull, AT));
  expect(await stampsOf(db, '7')).toEqual({
    stamps: { science: null, template: null, difference: null },
    noStamps: null,
  });
  expect(existsSync(stampFolder(path))).toBe(false);
});

test('a torn tail is recognised, what is before it is read, and the next writer goes on in another file', async () => {
  await keep(1, 2);
  const [segment = ''] = segmentPaths();
  const torn = Buffer.concat(entryOf('109', stampsFor(9)));
  for (const bytes of [1, 7, 8, 12, 40, torn.length - 1]) {
    writeFileSync(segment, Buffer.concat([readFileSync(segment), torn.subarray(0, bytes)]));
    const found = [];
    for await (const { candid } of entriesIn(
      stampFolder(path),
      listSegments(stampFolder(path))[0]?.name ?? '',
    ))
      found.push(candid);
    expect(found).toEqual(['101', '102']);
  }
  const before = statSync(segment).size;
  await keep(3);
  expect(segmentPaths()).toHaveLength(2);
  expect(statSync(segment).size).toBe(before);
  for (const n of [1, 2, 3]) expect(await read(n)).toEqual(stampsFor(n));
});

test('stamps whose alerts were never committed are bytes that nothing refers to', async () => {
  const stamps = await openStamps(db);
  await stamps.put([toKeep(alertOf(1), AT)]);
  await stamps.close();
  expect(segmentPaths()).toHaveLength(1);
  expect((await stampsOf(db, '101')).stamps.science).toBeNull();
  await keep(1);
  expect(await read(1)).toEqual(stampsFor(1));
});

test('a damaged or missing file spoils its own pictures, which say so, and no other', async () => {
  await keep(1, 2);
  await keep(3);
  const [first = '', second = ''] = [...segmentPaths()].sort((a, b) => statSync(b).size - statSync(a).size);
  const bytes = readFileSync(first);
  bytes[200] = (bytes[200] ?? 0) ^ 1;
  writeFileSync(first, bytes);
  expect((await stampsOf(db, '101')).noStamps).toMatch(/^the file of stamps is damaged: the checksum/);
  expect(await read(2)).toEqual(stampsFor(2));
  writeFileSync(first, bytes.subarray(0, 3000));
  expect((await stampsOf(db, '102')).noStamps).toMatch(/^the file of stamps is damaged: the file ends at/);
  renameSync(second, `${second}.away`);
  expect((await stampsOf(db, '103')).noStamps).toBe('the file of stamps is not there');
  rmSync(stampFolder(path), { recursive: true });
  const alert = await findAlert(db, '101');
  if (alert === null) throw new Error('no alert');
  const pictures = createPictureClient();
  const png = await pictures.card({ alert, ...(await stampsOf(db, '101')) });
  await pictures.close();
  expect(png.subarray(1, 4).toString()).toBe('PNG');
});

test('a data folder that was moved has its stamps', async () => {
  await keep(1);
  await db.destroy();
  const moved = join(folder.path, 'elsewhere');
  renameSync(join(folder.path, 'data'), moved);
  db = await openStore(join(moved, 'finkvra.sqlite'));
  expect(await read(1)).toEqual(stampsFor(1));
});

test('a writer begins the next file when one is full, and when its own was deleted', async () => {
  const where = join(folder.path, 'segments');
  const writer = createSegmentWriter(where, () => new Date(AT), 8000);
  const append = async (n: number) => (await writer.append([entryOf(String(n), stampsFor(n))]))[0];
  const places = [await append(1), await append(2), await append(3)];
  expect(new Set(places.map((place) => place?.segment)).size).toBe(2);
  rmSync(join(where, places[2]?.segment ?? ''));
  const fourth = await append(4);
  expect(fourth?.segment).not.toBe(places[2]?.segment);
  expect(existsSync(join(where, fourth?.segment ?? ''))).toBe(true);
  await writer.close();
  expect(listSegments(where).every(({ name }) => name.startsWith('2026-05-02-'))).toBe(true);
});

test('a folder that cannot be written is told before anything is committed', async () => {
  appendFileSync(stampFolder(path), 'in the way');
  await expect(keep(1)).rejects.toThrow(/^Stamps cannot be written to .*: look at the disk/);
  expect(await findAlert(db, '101')).toBeNull();
});
