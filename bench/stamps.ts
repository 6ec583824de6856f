import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { alertFeatures } from '../src/pipeline/features/alert-features.ts';
import { keepAlerts } from '../src/store/intake/alerts.ts';
import { beginPull } from '../src/store/intake/pulls.ts';
import { keepValue } from '../src/store/key-value.ts';
import { type Db, inTransaction, openStore } from '../src/store/open-store.ts';
import { compactStore } from '../src/store/stamps/compact-store.ts';
import { pruneStamps } from '../src/store/stamps/prune-stamps.ts';
import { stampFolder } from '../src/store/stamps/segments.ts';
import { runStampJob } from '../src/store/stamps/stamp-jobs.ts';
import { nightOf, openStamps, toKeep } from '../src/store/stamps/stamps.ts';
import { alertOf } from '../test/helpers/kept-stamps.ts';
import { percentile } from '../test/helpers/percentile.ts';
import { temporaryFolder } from '../test/helpers/service.ts';

export const name = 'stamps';

const ALERTS = 2048;
const BATCH = 64;
/** Of the larger of two: together 41 kB, as ZTF's three are. */
const SIZE = 27_500;
const AT = '2026-05-02T12:00:00.000Z';
const RUNS = 3;

const rows = Array.from({ length: ALERTS }, (_, i) => {
  const alert = alertOf(i, SIZE);
  return { alert, features: alertFeatures(alert) };
});

/** Stamps in the database (as before version 0019), in files, or none. */
type Way = 'database' | 'files' | 'none';

const keepAll = async (db: Db, way: Way): Promise<void> => {
  const pull = await beginPull(db, name, AT);
  const stamps = await openStamps(db);
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const note =
      way === 'files'
        ? await stamps.put(batch.map(({ alert }) => toKeep(alert, AT)))
        : way === 'none'
          ? async () => undefined
          : undefined;
    await inTransaction(db, (trx) => keepAlerts(trx, batch, pull, AT, note));
  }
  await stamps.close();
};

const inNewStore = async <T>(work: (db: Db, path: string) => Promise<T>): Promise<T> => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'finkvra.sqlite');
  const db = await openStore(path);
  try {
    return await work(db, path);
  } finally {
    await db.destroy();
    folder.remove();
  }
};

/** CPU of the whole process, and time, of keeping the alerts, ms; the best of some runs. */
const costOf = async (way: Way) => {
  const runs = [];
  for (let i = 0; i < RUNS; i += 1) {
    runs.push(
      await inNewStore(async (db) => {
        const before = process.cpuUsage();
        const began = performance.now();
        await keepAll(db, way);
        const { user, system } = process.cpuUsage(before);
        return { cpuMs: Math.round((user + system) / 1000), ms: Math.round(performance.now() - began) };
      }),
    );
  }
  return runs.sort((a, b) => a.cpuMs - b.cpuMs)[0];
};

const diskUse = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, file) => sum + diskUse(join(path, file)), 0)
    : 512 * statSync(path).blocks;

const mb = (bytes: number): number => Math.round(bytes / 1e5) / 10;

/** Wait of a click while `work` runs, ms. */
const clicksDuring = async <T>(db: Db, work: Promise<T>) => {
  const waits: number[] = [];
  let isOver = false;
  const clicks = (async () => {
    while (!isOver) {
      const began = performance.now();
      await keepValue(db, 'click', String(waits.length));
      waits.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  const began = performance.now();
  const result = await work.finally(() => {
    isOver = true;
  });
  const seconds = (performance.now() - began) / 1000;
  await clicks;
  const at = (share: number): number => percentile(waits, share);
  return { result, seconds, clicks: { n: waits.length, p50: at(0.5), p99: at(0.99), max: at(0.9999) } };
};

/** An older store moved over, its free space given back, and all but the last alerts pruned. */
const lifeOfAnOldStore = () =>
  inNewStore(async (db, path) => {
    await keepAll(db, 'database');
    const move = await clicksDuring(db, runStampJob('move', path));
    await db.destroy();
    const before = diskUse(path);
    const began = performance.now();
    compactStore(path);
    const vacuumMs = Math.round(performance.now() - began);
    const again = await openStore(path);
    try {
      const folder = stampFolder(path);
      const stampsBefore = diskUse(folder);
      const pruned = await pruneStamps(again, nightOf(new Date(AT)) + 1, 0);
      return {
        move: { alertsPerSecond: Math.round(move.result / move.seconds), clicksMs: move.clicks },
        database: { beforeMb: mb(before), afterMb: mb(diskUse(path)), vacuumMs },
        prune: { alerts: pruned.alerts, beforeMb: mb(stampsBefore), afterMb: mb(diskUse(folder)) },
      };
    } finally {
      await again.destroy();
    }
  });

/** What stamps cost in a pull, in the database and in files, in one run; and what becomes of an older store. */
export const run = async () => {
  await costOf('none'); // warm
  return {
    alerts: ALERTS,
    database: await costOf('database'),
    files: await costOf('files'),
    withoutStamps: await costOf('none'),
    olderStore: await lifeOfAnOldStore(),
  };
};
