import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeServiceLock } from '../../../src/service/service-lock.ts';
import { keepValue } from '../../../src/store/key-value.ts';
import { type Db, openStore } from '../../../src/store/open-store.ts';
import { stampsOf } from '../../../src/store/stamps/stamps.ts';
import { keepKind } from '../../../src/store/store-kind.ts';
import { MOVED_TABLES } from '../../../src/store/transfer/tables.ts';
import { answerSome, loopOn, outcomeOf, pullNight } from '../../helpers/played-rounds.ts';
import { finkvra, temporaryFolder } from '../../helpers/service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-store.ts';

let folder: ReturnType<typeof temporaryFolder>;
let target: TestDatabase;
let path: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = temporaryFolder();
  target = await createTestDatabase();
  path = join(folder.path, 'finkvra.sqlite');
  env = { DATA_DIR: folder.path, SOURCE: 'none' };
});
afterEach(async () => {
  await target.drop();
  folder.remove();
});

const withStore = async <T>(place: string, work: (db: Db) => Promise<T>): Promise<T> => {
  const db = await openStore(place);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
};

/** All rows of a store as text, by table, and the bytes of its stamps. */
const contentsOf = (place: string) =>
  withStore(place, async (db) => {
    const tables: Record<string, string[]> = {};
    for (const { name } of MOVED_TABLES) {
      const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db);
      tables[name] = rows
        .map((row) =>
          JSON.stringify(
            Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)),
            (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value),
          ),
        )
        .sort();
    }
    const candids = await db.selectFrom('alerts').select('candid').orderBy('candid').execute();
    const stamps = [];
    for (const { candid } of candids) {
      const found = await stampsOf(db, candid);
      stamps.push([
        candid,
        ...Object.values(found.stamps).map((bytes) => Buffer.from(bytes ?? []).toString('hex')),
      ]);
    }
    return { tables, stamps };
  });

/** A round over, and the next one in its middle. */
const fill = (): Promise<void> =>
  withStore(path, async (db) => {
    await keepKind(db, 'real');
    await pullNight(db);
    const loop = loopOn(db);
    await loop.openRound();
    await answerSome(db, loop);
    await answerSome(db, loop, 2);
    await loop.stop();
  });

const playOn = (place: string) =>
  withStore(place, async (db) => {
    const loop = loopOn(db);
    await answerSome(db, loop);
    await answerSome(db, loop);
    await loop.stop();
    return outcomeOf(db);
  });

test('a copied store has every row and stamp of the file, and goes on in mid-round as the file would; so does a copy back', async () => {
  await fill();
  const copied = await finkvra(['store', 'copy', '--to', target.url, '--json'], env);
  expect(copied.stderr + copied.stdout).not.toContain('rror');
  expect(JSON.parse(copied.stdout)).toMatchObject({ lostStamps: 0, rows: { rounds: 2 } });
  const before = await contentsOf(path);
  expect(before.stamps[0]?.[1]).toMatch(/^1f8b/);
  expect(await contentsOf(target.url)).toEqual(before);

  const back = join(folder.path, 'back', 'finkvra.sqlite');
  const returned = await finkvra(['store', 'copy', '--to', back], { ...env, STORE_URL: target.url });
  expect(returned.stdout).toContain(`${back} has all of postgres://`);
  expect(await contentsOf(back)).toEqual(before);

  const [file, server, again] = [await playOn(path), await playOn(target.url), await playOn(back)];
  expect(file.reports).toHaveLength(3);
  expect(server).toEqual(file);
  expect(again).toEqual(file);
});

test('a database with rows is refused, a store that a service works on too, and nothing is left of a file', async () => {
  await withStore(path, (db) => pullNight(db, 20));
  await withStore(target.url, (db) => keepValue(db, 'somebody', '"s"'));
  const full = await finkvra(['store', 'copy', '--to', target.url], env);
  expect(full).toMatchObject({ code: 1 });
  expect(full.stderr).toMatch(/is not empty \(2 rows of facts\): nothing was copied/);

  const unlock = takeServiceLock(folder.path);
  const busy = await finkvra(['store', 'copy', '--to', join(folder.path, 'x', 'other.sqlite')], env);
  unlock();
  expect(busy.stderr).toMatch(/Another finkvra service .* works on/);
  expect(existsSync(join(folder.path, 'x', 'other.sqlite'))).toBe(false);
  const wrong = await finkvra(['store', 'copy', '--to', 'mysql://x/y'], env);
  expect(wrong.stderr).toContain('neither a database (postgres://');
});
