import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import type { Alert } from '../../../src/pipeline/alert.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { keepAlerts } from '../../../src/store/intake/alerts.ts';
import { addToCount, countAlerts, readCounts } from '../../../src/store/intake/counts.ts';
import { joinNeighbours } from '../../../src/store/intake/objects.ts';
import { readPool } from '../../../src/store/intake/pool.ts';
import { beginPull } from '../../../src/store/intake/pulls.ts';
import { type Db, inIntake, openStore } from '../../../src/store/open-store.ts';
import { planPruning, pruneStamps } from '../../../src/store/stamps/prune-stamps.ts';
import { stampsOf } from '../../../src/store/stamps/stamps.ts';
import { alertWith } from '../../helpers/alerts.ts';
import { pullNight } from '../../helpers/played-rounds.ts';
import { finkvra, temporaryFolder } from '../../helpers/service.ts';
import { createTestDatabase } from '../../helpers/test-store.ts';
import { startPostgres } from '../../postgres/server.ts';

const AT = '2026-05-02T12:00:00.000Z';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const emptyDatabase = async (): Promise<string> => {
  const { url, drop } = await createTestDatabase();
  ends.push(drop);
  return url;
};

const opened = async (url: string): Promise<Db> => {
  const db = await openStore(url);
  ends.push(() => db.destroy());
  return db;
};

test('two processes that open a new database at the same moment make one store of it', async () => {
  const server = await startPostgres();
  ends.push(() => server.remove());
  const url = server.url('postgres');
  const [one, two] = await Promise.all([opened(url), opened(url)]);
  const ids = await sql<{ value: string }>`select value from facts where name = 'store_id'`.execute(one);
  expect(ids.rows).toHaveLength(1);
  expect(await countAlerts(two)).toEqual({ alerts: 0, objects: 0, pool: 0 });
});

test('one process takes alerts in, another machine’s command draws them with their stamps, and their age is known', async () => {
  const url = await emptyDatabase();
  const db = await opened(url);
  await pullNight(db, 40);
  const [alert] = await db.selectFrom('alerts').select(['candid', 'object_id']).limit(1).execute();
  const elsewhere = temporaryFolder();
  ends.push(elsewhere.remove);
  const env = { DATA_DIR: elsewhere.path, STORE_URL: url, SOURCE: 'none' };
  const shown = await finkvra(['show', alert?.object_id ?? '', '--json'], env);
  expect(shown).toMatchObject({ code: 0 });
  const other = await opened(url);
  const found = await stampsOf(other, alert?.candid ?? '');
  expect(found.noStamps).toBeNull();
  expect(Buffer.from(found.stamps.science ?? []).toString('hex')).toMatch(/^1f8b/);

  const never = 10 ** 6;
  const plan = await planPruning(db, never);
  expect(plan.alerts).toBe((await countAlerts(db)).alerts);
  expect(await pruneStamps(db, never)).toMatchObject({ alerts: plan.alerts, bytes: plan.bytes });
  expect((await stampsOf(other, alert?.candid ?? '')).noStamps).toContain(
    'deleted when its nights were over',
  );
});

const keeping = async (db: Db, alert: Alert, meanwhile: () => Promise<unknown>): Promise<void> => {
  const pull = await beginPull(db, 'a test', AT);
  await inIntake(db, async (trx) => {
    await keepAlerts(trx, [{ alert, features: alertFeatures(alert) }], pull, AT);
    await meanwhile();
    await joinNeighbours(trx, [alert.objectId]);
  });
};

test('neighbours that two processes keep at the same time are one object', async () => {
  const url = await emptyDatabase();
  const [one, two] = [await opened(url), await opened(url)];
  const both = Promise.withResolvers<void>();
  let there = 0;
  const meet = (): Promise<void> => {
    there += 1;
    if (there === 2) both.resolve();
    return both.promise;
  };
  await Promise.all([
    keeping(one, alertWith({ objectId: 'A', candid: '1', ra: 10, dec: 5 }), meet),
    keeping(two, alertWith({ objectId: 'B', candid: '2', ra: 10.0001, dec: 5 }), meet),
  ]);
  expect(await countAlerts(one)).toEqual({ alerts: 2, objects: 1, pool: 1 });
  expect(await readPool(one, null)).toHaveLength(1);
});

test('counts stay right while many add to them and somebody sums them up', async () => {
  const url = await emptyDatabase();
  const db = await opened(url);
  await Promise.all(
    Array.from({ length: 400 }, async (_, i) => {
      await addToCount(db, 'alerts', 1);
      if (i % 40 === 0) await readCounts(db);
    }),
  );
  await readCounts(db);
  expect((await readCounts(db))('alerts')).toBe(400);
  const { rows } = await sql<{ n: number }>`select count(*) as n from counts`.execute(db);
  expect(rows[0]?.n).toBeLessThan(310);
});

test('a value is the same on its way there and back: numbers to the last bit, bytes, text in order of its bytes', async () => {
  const db = await opened(await emptyDatabase());
  const values = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -2460000.123456789];
  for (const value of values) {
    const { rows } = await sql<{ x: number }>`select ${value}::double precision as x`.execute(db);
    expect(rows[0]?.x).toBe(value);
  }
  for (const name of ['b', 'B', 'a~', 'a', 'é', 'A_'])
    await db.insertInto('people').values({ user_id: name, name: `with a \0 in it` }).execute();
  const rows = await db.selectFrom('people').selectAll().orderBy('user_id').execute();
  expect(rows.map(({ user_id }) => user_id)).toEqual(['A_', 'B', 'a', 'a~', 'b', 'é']);
  expect(rows[0]?.name).toBe('with a \uFFFD in it');
});

test('doctor tells server, version and database; what works on a file refuses in words; the password is nowhere', async () => {
  const url = (await emptyDatabase()).replace('finkvra@', 'finkvra:pass-word-7@');
  const folder = temporaryFolder();
  ends.push(folder.remove);
  const env = { DATA_DIR: folder.path, STORE_URL: url, SOURCE: 'none', LOG_LEVEL: 'debug' };
  const doctor = await finkvra(['doctor'], env);
  expect(doctor.stdout).toMatch(
    /in postgres:\/\/finkvra@127\.0\.0\.1:\d+\/t_\w+ \(PostgreSQL \d+[^,]*, database t_\w+, \d/,
  );
  const backup = await finkvra(['backup'], env);
  expect(backup.stderr).toMatch(/The store is on a server, postgres:.*pg_dump/);
  const simulated = await finkvra(['status'], { ...env });
  expect(simulated.stderr).toContain('store: postgres://finkvra@127.0.0.1');
  const other = await finkvra(['status'], { ...env, SOURCE: 'simulated' });
  expect(other.stderr).toMatch(/holds real alerts, to which no simulated night goes: name another database/);
  const away = await finkvra(['doctor'], { ...env, STORE_URL: url.replace(/:\d+\//, ':1/') });
  expect(away.stdout).toMatch(/cannot be reached: start the server/);
  const all = [doctor, backup, simulated, other, away].map(({ stdout, stderr }) => stdout + stderr).join('');
  expect(all).not.toContain('pass-word-7');
});
