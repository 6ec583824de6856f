import { join } from 'node:path';
import { pullAlerts } from '../src/loop/intake/pull.ts';
import { readPath } from '../src/pipeline/ingest/read-path.ts';
import { openStore } from '../src/store/open-store.ts';
import { temporaryFolder } from '../test/helpers/service.ts';
import { hasSharedData, sharedPath } from '../test/shared-data.ts';

export const name = 'pull-files';

const RUNS = 8;
const AVRO = ['transfer', 'labelled.avro'];
const PARQUET = ['live-2025.parquet', 'simbad-2021.parquet'];

/** Alerts a second from the bytes of these files to alerts with features in a new SQLite file. */
const pullRate = async (files: readonly string[]): Promise<{ alerts: number; rate: number }> => {
  const folder = temporaryFolder();
  const db = await openStore(join(folder.path, 'store.sqlite'));
  const started = performance.now();
  const { read } = await pullAlerts({
    db,
    source: await readPath(files.map((file) => sharedPath('alerts', file))),
    name,
    filter: false,
    clock: () => new Date(),
  });
  const seconds = (performance.now() - started) / 1000;
  await db.destroy();
  folder.remove();
  return { alerts: read, rate: read / seconds };
};

/** The first run starts cold, as a command does; the median is of the others. */
const measure = async (files: readonly string[]) => {
  const runs = [];
  for (let i = 0; i < RUNS; i += 1) runs.push(await pullRate(files));
  const rates = runs
    .slice(1)
    .map(({ rate }) => rate)
    .sort((a, b) => a - b);
  return {
    alerts: runs[0]?.alerts ?? 0,
    first: Math.round(runs[0]?.rate ?? 0),
    median: Math.round(rates[Math.floor(rates.length / 2)] ?? 0),
    best: Math.round(rates.at(-1) ?? 0),
  };
};

/** The real files, all together and by kind. */
export const run = async () => {
  if (!hasSharedData) return { skipped: 'no shared data' };
  return {
    all: await measure([...AVRO, ...PARQUET]),
    avro: await measure(AVRO),
    parquet: await measure(PARQUET),
    unit: 'alerts/s',
    bar: 2000,
  };
};
