import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messageOf } from '../../src/lib/errors.ts';
import type { Alert } from '../../src/pipeline/alert.ts';
import { separationArcsec } from '../../src/pipeline/enrich/sky-position.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { createRandom } from '../../src/pipeline/learning/seeded-random.ts';
import { deleteLabelOf, insertLabel } from '../../src/store/answers/labels.ts';
import { keepAlerts } from '../../src/store/intake/alerts.ts';
import { countAlerts } from '../../src/store/intake/counts.ts';
import { attachImportedLabels, keepImportedLabels } from '../../src/store/intake/imports.ts';
import { queueLookups } from '../../src/store/intake/lookup-queue.ts';
import { readPool } from '../../src/store/intake/pool.ts';
import { beginPull } from '../../src/store/intake/pulls.ts';
import { countLookups, markExcluded, saveLookup } from '../../src/store/intake/sherlock.ts';
import { type Db, inTransaction, openStore } from '../../src/store/open-store.ts';
import { rowIdentity } from '../../src/store/postgres/dialect-words.ts';
import { alertWith, detection } from '../helpers/alerts.ts';
import { temporaryFolder } from '../helpers/service.ts';
import { failWrites, isOnPostgres, openTestStore } from '../helpers/test-store.ts';

const AT = '2026-05-02T12:00:00.000Z';

let db: Db;
let pullId: number;
beforeEach(async () => {
  db = await openTestStore();
  pullId = await beginPull(db, 'test', AT);
});
afterEach(() => db.destroy());

const keep = (alerts: readonly Alert[]) =>
  inTransaction(db, (trx) =>
    keepAlerts(
      trx,
      alerts.map((alert) => ({ alert, features: alertFeatures(alert) })),
      pullId,
      AT,
    ),
  );

/** An alert `east` arcsec east of a point at declination 60. */
const alertAt = (objectId: string, candid: string, east: number, over: Partial<Alert> = {}): Alert =>
  alertWith({
    objectId,
    candid,
    ra: 10 + (east / 3600) * 2,
    dec: 60,
    jd: 2_460_800 + Number(candid),
    ...over,
  });

const label = (objectId: string, candid: string, candidateId: number | null = null) => ({
  object_id: objectId,
  candid,
  answer: 'agn' as const,
  candidate_id: candidateId,
  user_id: 'U1',
  user_name: 'Vera',
  at: AT,
});

const poolNow = async (): Promise<string[]> =>
  (await readPool(db, null)).map(({ objectId, candid }) => `${objectId} ${candid}`);

test('objectIds within 1.5 arcsec of each other are asked about once', async () => {
  await keep([alertAt('A', '1', 0), alertAt('B', '2', 1.4), alertAt('C', '3', 3), alertAt('D', '4', 4.4)]);
  expect(await poolNow()).toEqual(['B 2', 'D 4']);
  expect((await countAlerts(db)).pool).toBe(2);
  expect(await countAlerts(db)).toEqual({ alerts: 4, objects: 2, pool: 2 });
  // A label under one of its names takes all of it out, a label taken back puts it in again.
  await inTransaction(db, (trx) => insertLabel(trx, label('A', '1')));
  expect(await poolNow()).toEqual(['D 4']);
  // What lies between two objects makes one of them.
  await keep([alertAt('Between', '5', 2.2)]);
  expect(await poolNow()).toEqual([]);
  expect(await countAlerts(db)).toEqual({ alerts: 5, objects: 1, pool: 0 });
});

test('the same object across 0h, and near a pole', async () => {
  await keep([
    alertWith({ objectId: 'A', candid: '1', ra: 359.9999, dec: 0 }),
    alertWith({ objectId: 'B', candid: '2', ra: 0.0001, dec: 0 }),
    alertWith({ objectId: 'N', candid: '3', ra: 10, dec: 89.9999 }),
    alertWith({ objectId: 'P', candid: '4', ra: 190, dec: 89.9999 }),
  ]);
  expect((await countAlerts(db)).pool).toBe(2);
});

/** What the pool was before it was a table, worked out from all there is; objects by brute force. */
const expectedPool = async (): Promise<{ pool: string[]; objects: number }> => {
  const { rows: positions } = await sql<{ object_id: string; ra: number; dec: number }>`
    select object_id, ra, dec from alerts where ${rowIdentity(db)} in (select min(${rowIdentity(db)}) from alerts group by object_id)`.execute(
    db,
  );
  const group = new Map(positions.map(({ object_id }, i) => [object_id, i]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const a of positions) {
      for (const b of positions) {
        const [ga = 0, gb = 0] = [group.get(a.object_id), group.get(b.object_id)];
        if (ga <= gb || separationArcsec(a, b) > 1.5) continue;
        group.set(a.object_id, gb);
        changed = true;
      }
    }
  }
  const { rows: alerts } = await sql<{ object_id: string; candid: string; ndets: number }>`
    select a.object_id, a.candid, f.ndets from alerts a join features f on f.candid = a.candid
    order by a.jd, a.candid`.execute(db);
  const { rows: out } = await sql<{ object_id: string }>`select object_id from labels
    union select object_id from sherlock where excluded = 1`.execute(db);
  const taken = new Set(out.map(({ object_id }) => group.get(object_id)));
  const newest = new Map<number, string>();
  for (const { object_id, candid, ndets } of alerts) {
    const of = group.get(object_id) ?? -1;
    if (ndets >= 1 && !taken.has(of)) newest.set(of, `${object_id} ${candid}`);
  }
  const byCandid = (a: string, b: string): number =>
    (a.split(' ')[1] ?? '') < (b.split(' ')[1] ?? '') ? -1 : 1;
  return { pool: [...newest.values()].sort(byCandid), objects: new Set(group.values()).size };
};

const assertPool = async (): Promise<void> => {
  const expected = await expectedPool();
  expect(await poolNow()).toEqual(expected.pool);
  const { n } = await db
    .selectFrom('alerts')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  expect(await countAlerts(db)).toEqual({ alerts: n, objects: expected.objects, pool: expected.pool.length });
};

test.each([
  ['across 0h', { ra: 0, dec: 12 }],
  ['at the north pole', { ra: 0, dec: 89.9995 }],
  ['at the south pole', { ra: 0, dec: -89.9995 }],
  ['far south', { ra: 180, dec: -70 }],
])('a night of which one in twenty comes back within 1.5 arcsec is linked right (%s)', async (_, centre) => {
  const random = createRandom(5, Math.round(centre.dec));
  const wrap = (ra: number): number => ((ra % 360) + 360) % 360;
  const cap = (dec: number): number => Math.max(-90, Math.min(90, dec));
  const perRa = 1 / Math.max(1e-4, Math.cos((centre.dec * Math.PI) / 180));
  const offset = (arcsec: number): number => ((random.float() - 0.5) * 2 * arcsec) / 3600;
  const places: { ra: number; dec: number }[] = [];
  for (let i = 0; i < 120; i += 1) {
    const before = places[random.below(Math.max(1, places.length))];
    // As the polar caps are small, any right ascension is near there.
    const near = i % 20 === 19 && before !== undefined ? before : null;
    const reach = near === null ? 30 : 1;
    const from = near ?? centre;
    const east = Math.abs(centre.dec) > 89 && near === null ? random.float() * 360 : offset(reach) * perRa;
    places.push({ ra: wrap(from.ra + east), dec: cap(from.dec + offset(reach)) });
  }
  await keep(places.map((place, i) => alertAt(`O${i}`, String(1000 + i), 0, place)));
  await assertPool();
  expect((await countAlerts(db)).objects).toBeLessThan(120);
});

/** What the lookups' counts must be. */
const assertLookups = async (): Promise<void> => {
  const rows = await db.selectFrom('sherlock').select(['class', 'excluded', 'result']).execute();
  const found = rows.filter(({ result }) => result !== null);
  const excluded: Record<string, number> = {};
  for (const row of found) {
    const name = row.class ?? '';
    if (row.excluded === 1) excluded[name] = (excluded[name] ?? 0) + 1;
  }
  expect(await countLookups(db)).toEqual({
    waiting: rows.length - found.length,
    found: found.length,
    excluded,
  });
};

/** Some changes to a store, as a seed has them: alerts, labels and their undoing, classes, imports. */
const change = async (seed: number, steps: number): Promise<void> => {
  const random = createRandom(seed, 0);
  const upTo = (n: number): number => random.below(n);
  let candid = 1000;
  const object = (): string => `O${upTo(12)}`;
  const anyAlert = async (): Promise<{ object_id: string; candid: string } | undefined> => {
    const rows = await db.selectFrom('alerts').select(['object_id', 'candid']).orderBy('candid').execute();
    return rows[upTo(rows.length)];
  };
  for (let step = 0; step < steps; step += 1) {
    const what = upTo(8);
    const known = await anyAlert();
    if (what < 3 || known === undefined) {
      await keep(
        Array.from({ length: 1 + upTo(4) }, () => {
          candid += 1;
          // Along a line on which neighbours are near each other or not, and some without a positive detection.
          return alertAt(object(), String(candid), upTo(30) * 0.7, {
            jd: 2_460_800 + upTo(20),
            epochs: [detection({ isdiffpos: upTo(4) === 0 ? 'f' : 't' })],
          });
        }),
      );
    } else if (what === 3) {
      await inTransaction(db, (trx) => insertLabel(trx, label(known.object_id, known.candid)));
    } else if (what === 4) {
      const { id } = await db
        .insertInto('rounds')
        .values({
          number: step + 1,
          state: 'closed',
          size: 1,
          strategy: 'random',
          model_type: 'galactic',
          seed: 1,
          pool_size: 1,
          model_id: null,
          opened_at: AT,
          closed_at: AT,
          report: null,
          ended_as: null,
          ended_by: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const candidate = await db
        .insertInto('candidates')
        .values({
          round_id: id,
          candid: known.candid,
          object_id: known.object_id,
          draw_order: 1,
          drawn: 'random',
          p: null,
          q: 1,
          pool_size: 1,
          state: 'labelled',
          replaces_id: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await inTransaction(db, (trx) => insertLabel(trx, label(known.object_id, known.candid, candidate.id)));
      if (upTo(2) === 0) await inTransaction(db, (trx) => deleteLabelOf(trx, candidate.id));
    } else if (what === 5) {
      await queueLookups(db, [{ objectId: known.object_id, ra: 0, dec: 0 }], AT);
      if (upTo(3) === 0) continue;
      const excluded = upTo(2) === 0;
      await saveLookup(db, known.object_id, {
        class: excluded ? 'VS' : 'SN',
        excluded,
        result: '{}',
        cached: false,
        at: AT,
      });
    } else if (what === 6) {
      await markExcluded(db, upTo(2) === 0 ? ['VS'] : ['SN', 'CV']);
    } else {
      const row = { objectId: object(), candid: known.candid, label: 'agn', at: AT };
      await inTransaction(db, async (trx) => {
        await keepImportedLabels(trx, [row], 'labeled.csv', AT);
        await attachImportedLabels(trx, [{ label: 'agn', answer: 'agn', telling: true }]);
      });
    }
    await assertPool();
    await assertLookups();
  }
};

// On a server each of them takes some hundred times as long.
test.each(Array.from({ length: isOnPostgres ? 4 : 20 }, (_, i) => i + 1))(
  'whatever comes in, the pool is what the other tables say (seed %i)',
  (seed) => change(seed, 25),
);

test('a new list of excluded classes is put to use in pages: others write in between, and a kill is made good', async () => {
  const many = Array.from({ length: 900 }, (_, i) => alertAt(`O${i}`, String(1000 + i), 3 * i));
  await keep(many);
  await queueLookups(
    db,
    many.map(({ objectId, ra, dec }) => ({ objectId, ra, dec })),
    AT,
  );
  await inTransaction(db, async (trx) => {
    for (const { objectId } of many)
      await saveLookup(trx, objectId, { class: 'VS', excluded: false, result: '{}', cached: false, at: AT });
  });
  const done: string[] = [];
  const mend = await failWrites(db, 'update', 'sherlock', 'O700', 'killed');
  const killed = markExcluded(db, ['VS']).catch((error) => done.push(messageOf(error)));
  await inTransaction(db, async () => done.push('a click'));
  await killed;
  expect(done).toEqual(['a click', 'killed']);
  await assertPool();
  await assertLookups();
  expect((await countAlerts(db)).pool).toBeLessThan(900);
  await mend();
  await markExcluded(db, ['VS']);
  expect(await countAlerts(db)).toEqual({ alerts: 900, objects: 900, pool: 0 });
  await assertPool();
  await assertLookups();
});

test('an older store gets the pool that it had', async () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'finkvra.sqlite');
  await db.destroy();
  db = await openStore(path);
  pullId = await beginPull(db, 'test', AT);
  await change(77, 40);
  const before = await poolNow();
  const counts = await countAlerts(db);
  for (const table of ['objects', 'pool', 'counts', 'spares'])
    await sql`drop table ${sql.table(table)}`.execute(db);
  for (const index of [
    'scores_by_change',
    'sherlock_waiting_by_object',
    'sherlock_failing',
    'quarantine_by_time',
  ])
    await sql`drop index ${sql.table(index)}`.execute(db);
  await sql`delete from kysely_migration where name in ('0015-pool', '0016-lookup-counts', '0018-pool-order')`.execute(
    db,
  );
  await db.destroy();
  db = await openStore(path);
  expect(await poolNow()).toEqual(before);
  expect(await countAlerts(db)).toEqual(counts);
  await assertLookups();
  await assertPool();
  folder.remove();
});
