import { afterEach, beforeEach, expect, test } from 'vitest';
import { fillEbv } from '../../../src/loop/intake/fill-ebv.ts';
import { pullAlerts } from '../../../src/loop/intake/pull.ts';
import type { DustMap, DustMapKind } from '../../../src/pipeline/enrich/dust/dust-map.ts';
import { simulatedSource } from '../../../src/simulation/simulated-night.ts';
import { type Db, openStore } from '../../../src/store/open-store.ts';
import { temporaryFolder } from '../../helpers/service.ts';

const SIZE = 40;

let folder: ReturnType<typeof temporaryFolder>;
let db: Db;

beforeEach(async () => {
  folder = temporaryFolder();
  db = await openStore(`${folder.path}/store.sqlite`);
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

/** A map that has one value north of the equator and none south of it. */
const mapOf = (kind: DustMapKind, value: number): DustMap => ({
  kind,
  describe: () => kind,
  ebv: (_ra, dec) => (dec >= 0 ? value : null),
  close: () => undefined,
});

const pull = (dust: DustMap | null): Promise<unknown> =>
  pullAlerts({
    db,
    source: simulatedSource({ seed: 3, night: 3576, size: SIZE }),
    name: 'simulated',
    filter: false,
    dust,
    clock: () => new Date('2026-10-17T12:00:00Z'),
  });

const values = async (): Promise<string[]> => {
  const rows = await db
    .selectFrom('features as f')
    .innerJoin('alerts as a', 'a.candid', 'f.candid')
    .select(['f.ebv', 'f.ebv_map'])
    .where('a.dec', '>=', 0)
    .execute();
  return [...new Set(rows.map(({ ebv, ebv_map }) => `${ebv} ${ebv_map}`))];
};

test('the full maps take the place of coarse values, once; a coarse map never takes theirs', async () => {
  await pull(mapOf('coarse', 0.1));
  expect(await values()).toEqual(['0.1 coarse']);
  expect(await fillEbv(db, mapOf('coarse', 0.2))).toBe(0);

  const replaced = await fillEbv(db, mapOf('sfd', 0.11));
  expect(replaced).toBeGreaterThan(10);
  expect(await values()).toEqual(['0.11 sfd']);
  expect(await fillEbv(db, mapOf('sfd', 0.12))).toBe(0);
  expect(await fillEbv(db, mapOf('coarse', 0.2))).toBe(0);
  expect(await values()).toEqual(['0.11 sfd']);
});

test('alerts that came without E(B-V) get it from whatever map there is', async () => {
  await pull(null);
  expect(await values()).toEqual(['null null']);
  await fillEbv(db, mapOf('coarse', 0.1));
  expect(await values()).toEqual(['0.1 coarse']);
});

test('a place that the map has no value for stays without, and without a map named', async () => {
  await pull(mapOf('coarse', 0.1));
  const rows = await db
    .selectFrom('features as f')
    .innerJoin('alerts as a', 'a.candid', 'f.candid')
    .select(['f.ebv', 'f.ebv_map'])
    .where('a.dec', '<', 0)
    .execute();
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row).toEqual({ ebv: null, ebv_map: null });
});
