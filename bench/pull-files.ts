import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullAlerts } from '../src/loop/pull.ts';
import { readPath } from '../src/pipeline/ingest/read-path.ts';
import { openStore } from '../src/store/open-store.ts';
import { hasSharedData, sharedPath } from '../test/shared-data.ts';

export const name = 'pull-files';

const RUNS = 8;

/** The real files, from bytes to alerts with features in a SQLite file; a new store for each run. */
export const run = async () => {
  if (!hasSharedData) return { skipped: 'no shared data' };
  const paths = ['transfer', 'labelled.avro', 'live-2025.parquet', 'simbad-2021.parquet'].map((path) =>
    sharedPath('alerts', path),
  );
  const rates: number[] = [];
  let read = 0;
  for (let i = 0; i < RUNS; i += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'finkvra-bench-'));
    const db = await openStore(join(folder, 'store.sqlite'));
    const started = performance.now();
    const summary = await pullAlerts({
      db,
      source: await readPath(paths),
      name,
      filter: false,
      clock: () => new Date(),
    });
    rates.push(summary.read / ((performance.now() - started) / 1000));
    read = summary.read;
    await db.destroy();
    rmSync(folder, { recursive: true });
  }
  const sorted = rates.slice(1).sort((a, b) => a - b);
  return {
    alerts: read,
    first: Math.round(rates[0] ?? 0),
    median: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    unit: 'alerts/s',
    bar: 2000,
  };
};
