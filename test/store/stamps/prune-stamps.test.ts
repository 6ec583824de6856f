import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepAllStamps, mayPrune, notePruned, plannedPruning } from '../../../src/loop/stamp-retention.ts';
import { keepUpload } from '../../../src/store/chat/uploads.ts';
import { type Db, openStore } from '../../../src/store/open-store.ts';
import { checkStamps } from '../../../src/store/stamps/check-stamps.ts';
import { planPruning, pruneStamps } from '../../../src/store/stamps/prune-stamps.ts';
import { listSegments, stampFolder } from '../../../src/store/stamps/segments.ts';
import { nightOf, openStamps, toKeep } from '../../../src/store/stamps/stamps.ts';
import { alertOf, diskUse, fateOf, keepStamps } from '../../helpers/kept-stamps.ts';
import { finkvra, temporaryFolder } from '../../helpers/service.ts';

const OLD = '2026-05-02T12:00:00.000Z';
const NEW = '2026-07-01T12:00:00.000Z';
const NOW = new Date('2026-07-02T12:00:00.000Z');
const BEFORE = nightOf(NOW) - 30;
const DELETED = 'deleted when its nights were over';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let db: Db;
beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder.path, 'finkvra.sqlite');
  db = await openStore(path);
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

/** As if the files were written long ago. */
const age = (): void => {
  for (const { name } of listSegments(stampFolder(path)))
    utimesSync(join(stampFolder(path), name), new Date(OLD), new Date(OLD));
};

const label = (n: number): Promise<unknown> =>
  db
    .insertInto('labels')
    .values({
      object_id: `ZTF25a${n}`,
      candid: String(1000 + n),
      answer: 'agn',
      candidate_id: null,
      user_id: 'U1',
      user_name: 'Vera',
      at: OLD,
    })
    .execute();

test('old stamps that nobody needs go, and the disk gets the space back', async () => {
  const old = Array.from({ length: 100 }, (_, i) => i);
  await keepStamps(db, old, { at: OLD });
  await keepStamps(db, [200, 201], { at: NEW });
  await label(3);
  // Shown to somebody, so that it can be shown again.
  await keepUpload(db, { key: 'card:1007', fileId: 'F1', error: null, at: OLD });
  age();
  const before = diskUse(path);
  expect((await planPruning(db, BEFORE)).alerts).toBe(98);
  const pruned = await pruneStamps(db, BEFORE);
  expect(pruned.alerts).toBe(98);
  expect(before - diskUse(path)).toBeGreaterThan(0.85 * before);
  expect(pruned.freed).toBeGreaterThan(0.9 * pruned.bytes);
  const fates = await fateOf(db, [...old, 200, 201]);
  expect(fates.whole).toEqual([3, 7, 200, 201]);
  expect(fates[DELETED]).toHaveLength(98);
  expect(await planPruning(db, BEFORE)).toEqual({ alerts: 0, bytes: 0 });
  // The rest of an alert stays: other features may be computed of it one day.
  expect(await db.selectFrom('alerts').select('candid').execute()).toHaveLength(102);
  expect(await checkStamps(db)).toMatchObject({ alerts: 4, lost: 0 });
});

test('packets of years ago that came in this month keep their stamps', async () => {
  await keepStamps(db, [1], { at: NEW });
  age();
  expect((await pruneStamps(db, BEFORE)).alerts).toBe(0);
  expect(await fateOf(db, [1])).toEqual({ whole: [1] });
});

test('what a process died over is cleared away, what was put a moment ago is not', async () => {
  await keepStamps(db, [1], { at: NEW });
  const stamps = await openStamps(db);
  await stamps.put([toKeep(alertOf(2), OLD)]);
  await stamps.close();
  await pruneStamps(db, BEFORE);
  expect(listSegments(stampFolder(path))).toHaveLength(2);
  age();
  const { freed } = await pruneStamps(db, BEFORE);
  expect(freed).toBeGreaterThan(6000);
  expect(listSegments(stampFolder(path))).toHaveLength(1);
  expect(await fateOf(db, [1])).toEqual({ whole: [1] });
});

test('a damaged entry does not keep the rest of its file from being pruned', async () => {
  await keepStamps(db, [1, 2, 3], { at: OLD });
  await label(1);
  rmSync(join(stampFolder(path), listSegments(stampFolder(path))[0]?.name ?? ''));
  expect((await pruneStamps(db, BEFORE)).alerts).toBe(2);
  expect(await fateOf(db, [1, 2, 3])).toEqual({ [DELETED]: [2, 3], 'the file of stamps is not there': [1] });
  expect(await checkStamps(db)).toMatchObject({
    alerts: 1,
    lost: 1,
    why: expect.stringContaining('is not there'),
  });
});

const day = (n: number): Date => new Date(NOW.getTime() + n * 86_400_000);
const PLAN = { alerts: 12, bytes: 480_000 };

test('what an existing store has goes only after it was said on seven days', async () => {
  for (let n = 0; n < 7; n += 1) {
    expect(await mayPrune(db, 30, PLAN, day(n))).toBe(false);
    // A restart on the same day says it again, which counts once.
    expect(await mayPrune(db, 30, PLAN, day(n + 0.1))).toBe(false);
    expect(await plannedPruning(db)).toEqual({ ...PLAN, nights: 30, on: '2026-07-09' });
  }
  expect(await mayPrune(db, 30, PLAN, day(7))).toBe(true);
  await notePruned(db, 30, { ...PLAN, freed: 480_000 }, day(7));
  expect(await plannedPruning(db)).toBeNull();
  expect(await mayPrune(db, 30, PLAN, day(8))).toBe(true);
  // Fewer nights: more goes than anybody expects.
  expect(await mayPrune(db, 10, PLAN, day(9))).toBe(false);
  expect((await plannedPruning(db))?.on).toBe('2026-07-18');
  await keepAllStamps(db);
  expect(await plannedPruning(db)).toBeNull();
});

test('days on which the service was off do not count as said', async () => {
  expect(await mayPrune(db, 30, PLAN, day(0))).toBe(false);
  expect(await mayPrune(db, 30, PLAN, day(20))).toBe(false);
  expect((await plannedPruning(db))?.on).toBe('2026-07-28');
});

test('a store that had nothing old is pruned without a notice', async () => {
  expect(await mayPrune(db, 30, { alerts: 0, bytes: 0 }, day(0))).toBe(true);
  expect(await mayPrune(db, 30, PLAN, day(40))).toBe(true);
});

test('finkvra prune says what would go, waits for the notice, and deletes at once where it is told to', async () => {
  await keepStamps(db, [1, 2, 3], { at: OLD });
  age();
  await db.destroy();
  const env = { DATA_DIR: folder.path, SOURCE: 'none' };
  const dry = await finkvra(['prune', '--dry-run', '--json'], env);
  expect(JSON.parse(dry.stdout)).toMatchObject({ nights: 30, dryRun: true, alerts: 3, freed: null });
  const refused = await finkvra(['prune'], env);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /The stamps of 3 alerts would be deleted, .* on \d{4}-\d\d-\d\d\. finkvra prune --now/,
  );
  const status = await finkvra(['status'], env);
  expect(status.stdout).toMatch(/Stamps: on \d{4}-\d\d-\d\d those of 3 alerts \(0\.0 MB\) will be deleted/);
  const done = await finkvra(['prune', '--now'], env);
  expect(done.stdout).toMatch(
    /^Deleted: the stamps of 3 alerts older than 30 nights .*; 0\.0 MB of disk space freed/,
  );
  db = await openStore(path);
  expect(await fateOf(db, [1, 2, 3])).toEqual({ [DELETED]: [1, 2, 3] });
});
