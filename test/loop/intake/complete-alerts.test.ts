import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archivePulls } from '../../../src/loop/intake/archive-pulls.ts';
import { type PullSummary, pullAlerts } from '../../../src/loop/intake/pull.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import type { AlertSource } from '../../../src/pipeline/ingest/source.ts';
import { simulatedSource } from '../../../src/simulation/simulated-night.ts';
import { findAlert } from '../../../src/store/intake/alerts.ts';
import { countAlerts } from '../../../src/store/intake/counts.ts';
import { featuresOf } from '../../../src/store/intake/features.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { stampsOf } from '../../../src/store/stamps/stamps.ts';
import { temporaryFolder } from '../../helpers/service.ts';
import { openTestStore } from '../../helpers/test-store.ts';
import {
  avscType,
  candidOf,
  objectIdOf,
  packet,
  packetSchema,
  writeContainer,
} from '../../pipeline/ingest/packets.ts';

const clock = (): Date => new Date('2026-05-02T12:00:00Z');

let folder: ReturnType<typeof temporaryFolder>;
let db: Db;
beforeEach(async () => {
  folder = temporaryFolder();
  db = await openTestStore();
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

const pull = (store: Db, source: AlertSource, filter = false): Promise<PullSummary> =>
  pullAlerts({ db: store, source, name: 'here', filter, clock });

describe('a fuller packet of a known alert', () => {
  const candid = candidOf(0).toString();
  const light = async (sign: string): Promise<AlertSource> => {
    const { jd, fid, ra, dec, magpsf } = packet(0).candidate;
    const path = join(folder.path, 'portal.csv');
    writeFileSync(
      path,
      `i:objectId,i:candid,i:jd,i:fid,i:ra,i:dec,i:magpsf,i:isdiffpos\n${[objectIdOf(0), candid, jd, fid, ra, dec, magpsf, sign].join(',')}\n`,
    );
    return readPath([path]);
  };
  const full = async (): Promise<AlertSource> => {
    const path = join(folder.path, 'full.avro');
    await writeContainer(path, [packet(0)], { type: avscType(packetSchema) });
    return readPath([path]);
  };

  test('fills in what the first one lacked, once', async () => {
    expect(await pull(db, await light(''))).toMatchObject({ kept: 1, light: 1, completed: 0 });
    expect((await countAlerts(db)).pool).toBe(0);
    expect((await featuresOf(db, candid))?.nnondets).toBe(0);
    expect(await pull(db, await full())).toMatchObject({ kept: 0, known: 1, light: 0, completed: 1 });
    expect((await countAlerts(db)).pool).toBe(1);
    expect(await findAlert(db, candid)).toMatchObject({
      sigmapsf: 0.125,
      cdsxmatch: 'Unknown',
      epochs: [{ isdiffpos: 't' }, { magpsf: null }, { magpsf: 20, isdiffpos: 'f' }],
      storedFeatures: { g: { amplitude: 0.5 } },
      context: { distpsnr1: 0.5 },
    });
    expect(await featuresOf(db, candid)).toMatchObject({ nnondets: 1, amplitude: 0.5, drb: 0.75 });
    expect(Buffer.from((await stampsOf(db, candid)).stamps.science ?? []).toString()).toBe('science 0');
    expect(await pull(db, await full())).toMatchObject({ known: 1, completed: 0 });
  });

  test('loses nothing when the lighter one comes later', async () => {
    await pull(db, await full());
    const before = await findAlert(db, candid);
    expect(await pull(db, await light('t'))).toMatchObject({ known: 1, completed: 0 });
    expect(await findAlert(db, candid)).toEqual(before);
  });
});

describe('the archive of a pull', () => {
  const SIZE = 40;
  const night = (): AlertSource => simulatedSource({ seed: 2, night: 3576, size: SIZE });
  const rows = (store: Db) => store.selectFrom('features').selectAll().orderBy('candid').execute();

  test('is pulled back into an empty store, and the packets fill in the rest', async () => {
    const { kept } = await pull(db, night(), true);
    expect(kept).toBeGreaterThan(20);
    const [archive] = await archivePulls(db, folder.path, clock);
    if (archive === undefined) throw new Error('there is no archive');

    const signs = pl.readParquet(archive.path).getColumn('isdiffpos').toArray().flat();
    expect([...new Set(signs.map(String))].sort()).toEqual(['f', 'null', 't']);

    const other = await openTestStore();
    // With the criteria: what the archive holds was chosen when it was kept.
    const summary = await pull(other, await readPath([archive.path]), true);
    expect(summary).toMatchObject({ read: kept, kept, quarantined: 0, light: 0 });
    // Every set's columns, though the reference's layout holds only the first 21.
    const mine = await rows(db);
    expect(await rows(other)).toEqual(mine);

    expect(await pull(other, night(), true)).toMatchObject({ kept: 0, known: kept, completed: kept });
    expect(await rows(other)).toEqual(mine);
    const { candid = '' } = mine[0] ?? {};
    expect(await findAlert(other, candid)).toEqual(await findAlert(db, candid));
    expect(await stampsOf(other, candid)).toEqual(await stampsOf(db, candid));
    await other.destroy();
  });
});
