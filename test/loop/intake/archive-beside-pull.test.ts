import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archivePulls } from '../../../src/loop/intake/archive-pulls.ts';
import { pullAlerts } from '../../../src/loop/intake/pull.ts';
import { type IntakeContext, runIntake } from '../../../src/loop/intake/run-intake.ts';
import type { Alert } from '../../../src/pipeline/alert.ts';
import { readArchiveFile } from '../../../src/pipeline/archive/archive-file.ts';
import type { AlertSource } from '../../../src/pipeline/ingest/source.ts';
import { type Db, openStore } from '../../../src/store/open-store.ts';
import { temporaryFolder } from '../../helpers/service.ts';
import { alert, detection } from '../../pipeline/features/epochs.ts';
import { candidOf } from '../../pipeline/ingest/packets.ts';

let folder: ReturnType<typeof temporaryFolder>;
let db: Db;
let told: string[];
beforeEach(async () => {
  folder = temporaryFolder();
  db = await openStore(join(folder.path, 'store.sqlite'));
  told = [];
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

const clock = (): Date => new Date('2026-05-02T12:00:00Z');
const archiveDir = (): string => join(folder.path, 'archive');

const alertNumber = (i: number, over: Partial<Alert> = {}): Alert =>
  alert({
    candid: String(candidOf(i)),
    objectId: `ZTF25${String(i).padStart(7, '0')}`,
    ra: i / 10,
    dec: 0,
    ...over,
  });

const sourceOf = (batches: readonly (readonly Alert[])[], between: () => void = () => {}): AlertSource => ({
  total: null,
  async *batches() {
    for (const alerts of batches) {
      const origin = { name: 'a file', kind: 'file' } as const;
      yield { items: alerts.map((each) => ({ kind: 'alert', alert: each, origin })), stored: async () => {} };
      between();
    }
  },
});

const pull = (source: AlertSource) => {
  const log: IntakeContext['log'] = ({ message }) => told.push(message);
  const context = {
    db,
    dustDir: join(folder.path, 'dust'),
    archiveDir: archiveDir(),
    poolDays: 30,
    clock,
    log,
  };
  return runIntake(context, (dust, archive) =>
    pullAlerts({ db, source, name: 'a file', filter: false, dust, archive, clock }),
  );
};

const archived = async (): Promise<Alert[]> => {
  const alerts: Alert[] = [];
  for (const file of readdirSync(archiveDir()))
    for await (const page of readArchiveFile(join(archiveDir(), file)))
      alerts.push(...page.map((each) => each.alert));
  return alerts;
};

/** Batches of 40, 80 and so on, so that they and the pages of the archive do not agree. */
const inBatches = (count: number): Alert[][] => {
  const all = Array.from({ length: count }, (_, i) => alertNumber(i));
  return Array.from({ length: Math.ceil(count / 40) }, (_, i) => all.slice(40 * i, 40 * (i + 1)));
};

describe('the archive of a pull', () => {
  test('is written while the pull goes on, in row groups, and has every alert once', async () => {
    const parts = new Set<string>();
    const look = (): void => {
      try {
        for (const file of readdirSync(archiveDir())) parts.add(file);
      } catch {
        // Not there yet.
      }
    };
    const { kept, archives } = await pull(sourceOf(inBatches(2500), look));
    expect(kept).toBe(2500);
    expect(archives).toEqual([{ path: join(archiveDir(), '20260502_120000_alerts.parquet'), alerts: 2500 }]);
    // What is not whole never has the name of a file that is.
    expect([...parts].filter((file) => file.endsWith('.part'))).toHaveLength(1);
    expect([...parts].filter((file) => file.endsWith('.parquet'))).toEqual([]);
    expect(readdirSync(archiveDir())).toEqual(['20260502_120000_alerts.parquet']);
    const candids = (await archived()).map(({ candid }) => candid);
    expect(candids.sort()).toEqual(
      inBatches(2500)
        .flat()
        .map(({ candid }) => candid)
        .sort(),
    );
    // All is done: nothing is written again.
    expect(await archivePulls(db, archiveDir(), clock)).toEqual([]);
  });

  test('has what a fuller packet of the same pull filled in', async () => {
    const history = [detection({ jd: 2461000.5 }), detection({ jd: 2460990.5, magpsf: 18.25 })];
    const fuller = alertNumber(3, { epochs: history, jd: 2461000.5 });
    const first = inBatches(200).map((batch) =>
      batch.map((each) => ({ ...each, jd: 2461000.5, epochs: [detection({ jd: 2461000.5 })] })),
    );
    const { completed } = await pull(sourceOf([...first, [fuller]]));
    expect(completed).toBe(1);
    const rows = await archived();
    expect(rows).toHaveLength(200);
    expect(rows.find(({ candid }) => candid === fuller.candid)?.epochs).toHaveLength(2);
  });

  test('that cannot be written stops no pull, and is made up for later', async () => {
    // A file where the folder should be.
    writeFileSync(archiveDir(), '');
    const { kept, archives } = await pull(sourceOf(inBatches(200)));
    expect(kept).toBe(200);
    expect(archives).toEqual([]);
    expect(told.join()).toContain('the archive could not be written yet');
    const elsewhere = join(folder.path, 'elsewhere');
    expect(await archivePulls(db, elsewhere, clock)).toEqual([
      { path: join(elsewhere, '20260502_120000_alerts.parquet'), alerts: 200 },
    ]);
  });

  test('takes away what a killed process left of it, and leaves what another one is writing', async () => {
    mkdirSync(archiveDir());
    const name = '20260502_120000_alerts.parquet';
    // No process has this number: it is above the largest one.
    writeFileSync(join(archiveDir(), `${name}.4194305-0a.part`), 'half');
    writeFileSync(join(archiveDir(), `${name}.${process.ppid}-0b.part`), 'half');
    await pull(sourceOf(inBatches(100)));
    expect(readdirSync(archiveDir()).sort()).toEqual([name, `${name}.${process.ppid}-0b.part`]);
  });
});
