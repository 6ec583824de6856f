import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRound } from '../../src/loop/rounds/open-round.ts';
import { insertLabel } from '../../src/store/answers/labels.ts';
import { countAlerts } from '../../src/store/intake/counts.ts';
import { readPool } from '../../src/store/intake/pool.ts';
import { agePool, poolLeftSince, readPoolLeft } from '../../src/store/intake/pool-age.ts';
import { type Db, inTransaction } from '../../src/store/open-store.ts';
import { candidatesOf } from '../../src/store/rounds/rounds.ts';
import { alertWith } from '../helpers/alerts.ts';
import { loopContext, openedRound, storeAlerts } from '../helpers/loop-parts.ts';
import { failWrites, openTestStore } from '../helpers/test-store.ts';

let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

const day = (n: number): string => new Date(Date.UTC(2026, 4, n, 12)).toISOString();
const NOW = new Date(day(40));
let candids = 1000;

/** An alert of each of these objects comes in. */
const see = (objects: readonly string[], on: number): Promise<void> =>
  storeAlerts(
    db,
    objects.map((objectId) => {
      candids += 1;
      const ra = Number(objectId.slice(1));
      return alertWith({ objectId, candid: String(candids), jd: 2_461_000 + candids / 1000, ra });
    }),
    day(on),
  );

const poolNow = async (): Promise<string[]> => {
  const objects = (await readPool(db, null)).map(({ objectId }) => objectId).sort();
  expect((await countAlerts(db)).pool).toBe(objects.length);
  return objects;
};

test('an object not seen for long leaves the pool, and comes back when it is seen again', async () => {
  await see(['A1', 'A2'], 1);
  await see(['A3'], 12);
  await see(['A4'], 35);
  expect(await agePool(db, 30, NOW)).toBe(2);
  expect(await poolNow()).toEqual(['A3', 'A4']);
  expect(await readPoolLeft(db)).toEqual({ at: NOW.toISOString(), objects: 2, days: 30 });
  await see(['A1'], 36);
  expect(await poolNow()).toEqual(['A1', 'A3', 'A4']);
  // Nobody is told twice.
  expect(await agePool(db, 30, NOW)).toBe(0);
});

test('where nothing comes in any more nothing leaves, however long that is', async () => {
  await see(['A1', 'A2'], 1);
  expect(await agePool(db, 30, new Date('2036-01-01T00:00:00Z'))).toBe(0);
  expect(await poolNow()).toEqual(['A1', 'A2']);
});

test('more than a page of them leave and come back: a longer time, or none, puts them back', async () => {
  const many = Array.from({ length: 450 }, (_, i) => `A${i / 10}`);
  await see(many.slice(0, 420), 1);
  await see(many.slice(420), 30);
  expect(await agePool(db, 7, NOW)).toBe(420);
  expect(await poolNow()).toHaveLength(30);
  expect(await agePool(db, 29, NOW)).toBe(0);
  expect(await poolNow()).toEqual([...many].sort());
  const later = new Date(day(41));
  await agePool(db, 7, later);
  // Of both times, and of the pages of each.
  expect(await poolLeftSince(db, day(39))).toEqual({ objects: 840, days: 7 });
  expect(await poolLeftSince(db, day(40))).toEqual({ objects: 420, days: 7 });
  expect(await poolLeftSince(db, day(41))).toBeNull();
  await agePool(db, 0, NOW);
  expect(await poolNow()).toHaveLength(450);
});

test('putting back that was cut off is gone on with', async () => {
  const many = Array.from({ length: 450 }, (_, i) => `A${i / 10}`);
  await see(many, 1);
  await see(['A99'], 30);
  await agePool(db, 7, NOW);
  // A page of the later ones cannot be kept.
  const mend = await failWrites(db, 'insert', 'pool', 'A30', 'the disk is gone');
  await expect(agePool(db, 0, NOW)).rejects.toThrow('the disk is gone');
  expect((await poolNow()).length).toBeLessThan(451);
  await mend();
  await agePool(db, 0, NOW);
  expect(await poolNow()).toHaveLength(451);
});

test('labels and candidates stay; a skip is not replaced by what has left', async () => {
  const context = loopContext(db, { clock: () => NOW });
  try {
    await see(
      Array.from({ length: 20 }, (_, i) => `A${i}`),
      1,
    );
    const round = await openedRound(context);
    const [first] = await candidatesOf(db, round.id);
    await inTransaction(db, (trx) =>
      insertLabel(trx, {
        object_id: first?.object_id ?? '',
        candid: first?.candid ?? '',
        answer: 'agn',
        candidate_id: first?.id ?? null,
        user_id: 'U1',
        user_name: 'Vera',
        at: day(2),
      }),
    );
    const before = await candidatesOf(db, round.id);
    await see(['A50'], 40);
    expect(await agePool(db, 30, NOW)).toBe(19);
    expect(await poolNow()).toEqual(['A50']);
    expect(await candidatesOf(db, round.id)).toEqual(before);
    expect(await db.selectFrom('labels').select('object_id').execute()).toHaveLength(1);
    // A label taken back does not bring it back into the pool.
    await db.updateTable('rounds').set({ state: 'closed' }).execute();
    const next = await openRound(context);
    expect(next).toMatchObject({ kind: 'opened', round: { pool_size: 1 } });
  } finally {
    await context.learning.close();
  }
});
