import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkStore } from '../../src/store/check-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { freePages } from '../../src/store/stamps/compact-store.ts';
import { countUnmoved } from '../../src/store/stamps/move-stamps.ts';
import { listSegments, stampFolder } from '../../src/store/stamps/segments.ts';
import { fateOf, keepStamps } from '../helpers/kept-stamps.ts';
import {
  eventually,
  finkvra,
  type RunningService,
  startService,
  temporaryFolder,
} from '../helpers/service.ts';

/*
 * The life of a store whose stamps an earlier version kept in the database: the service moves them to files, is
 * killed meanwhile, gives the space back at a start, is killed there too; then old stamps are announced, and deleted.
 */

const ALL = Array.from({ length: 400 }, (_, i) => i);
/** As large as ZTF's: together 24 MB, half of it moved by the time of the first kill. */
const SIZE = 40_000;
const AT = '2026-05-02T12:00:00.000Z';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let settings: Record<string, string>;
let service: RunningService | null = null;
beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder.path, 'finkvra.sqlite');
  settings = { DATA_DIR: folder.path, SOURCE: 'none', SANDBOX_PORT: '0', STAMP_NIGHTS: '60' };
  const db = await openStore(path);
  await keepStamps(db, ALL, { at: AT, inTable: true, size: SIZE });
  await db.destroy();
});
afterEach(async () => {
  await service?.kill();
  service = null;
  folder.remove();
});

const start = (): RunningService => {
  service = startService(settings);
  return service;
};

const said = (running: RunningService, words: string): Promise<unknown> =>
  eventually(words, () => running.log().includes(words), running.log);

const lookIn = async <T>(look: (db: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> => {
  const db = await openStore(path);
  try {
    return await look(db);
  } finally {
    await db.destroy();
  }
};

test('a store of an earlier version is moved, made smaller and pruned, whatever is killed when', async () => {
  const killed = start();
  await eventually(
    'a step of the move',
    () => lookIn(async (db) => (await countUnmoved(db)) < ALL.length),
    killed.log,
  );
  await killed.kill();
  expect(await lookIn((db) => fateOf(db, ALL, SIZE))).toEqual({ whole: ALL });

  const moving = start();
  await said(moving, 'the next start gives what is free in the database back');
  expect(await moving.stop()).toBe(0);
  expect(await lookIn(countUnmoved)).toBe(0);
  const large = statSync(path).size;

  const compacting = start();
  await said(compacting, 'giving free space of the database back');
  await compacting.kill();
  expect(checkStore(path).integrity).toBe('ok');
  expect(await lookIn((db) => fateOf(db, ALL, SIZE))).toEqual({ whole: ALL });

  const smaller = start();
  await said(smaller, 'the database is smaller');
  await said(smaller, 'next round:');
  expect(await smaller.stop()).toBe(0);
  expect(statSync(path).size).toBeLessThan(0.2 * large);
  expect(freePages(path).free).toBeLessThan(1e6);

  // The open round shows the stamps of its candidates, and may show those of their spares.
  const kept = await lookIn(async (db) => {
    const candidates = await db.selectFrom('candidates').select('candid').execute();
    const spares = await db.selectFrom('spares').select('candid').execute();
    return candidates.length + spares.length;
  });
  expect(kept).toBeGreaterThan(30);
  const going = ALL.length - kept;
  const refused = await finkvra(['prune'], settings);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    `The stamps of ${going} alerts would be deleted, and this was not announced`,
  );
  expect((await finkvra(['status'], settings)).stdout).toContain(`of ${going} alerts`);
  expect((await finkvra(['doctor'], settings)).stdout).toContain('400 alerts');

  const early = await finkvra(['prune', '--now'], settings);
  expect(early.stderr).toContain(`Stamps of ${going} alerts stay for now`);
  const hourAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const { name } of listSegments(stampFolder(path)))
    utimesSync(join(stampFolder(path), name), hourAgo, hourAgo);
  const pruned = await finkvra(['prune', '--now', '--json'], settings);
  expect(JSON.parse(pruned.stdout)).toMatchObject({ alerts: going, notBefore: null });
  const fates = await lookIn((db) => fateOf(db, ALL, SIZE));
  expect(fates.whole).toHaveLength(kept);
  expect((await finkvra(['doctor'], settings)).stdout).not.toContain('cannot be read');
});
