import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Stamps } from '../../src/pipeline/alert.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { keepAlerts } from '../../src/store/intake/alerts.ts';
import { beginPull } from '../../src/store/intake/pulls.ts';
import { type Db, inTransaction } from '../../src/store/open-store.ts';
import { stampFolder } from '../../src/store/stamps/segments.ts';
import { openStamps, stampsOf, toKeep } from '../../src/store/stamps/stamps.ts';
import { alertWith } from './alerts.ts';

const SIZE = 4000;

/** Stamps that no other alert has. */
const stampsFor = (n: number, size = SIZE): Stamps => {
  const bytes = Buffer.alloc(size, createHash('sha256').update(String(n)).digest());
  return { science: bytes, template: null, difference: bytes.subarray(0, size / 2) };
};

export const alertOf = (n: number, size = SIZE) =>
  alertWith({
    candid: String(1000 + n),
    objectId: `ZTF25a${n}`,
    ra: (n * 0.3) % 360,
    stamps: stampsFor(n, size),
  });

/** Stores alerts as a pull does, or as versions with stamps in the database did. */
export const keepStamps = async (
  db: Db,
  numbers: readonly number[],
  { at, inTable = false, size = SIZE }: { at: string; inTable?: boolean; size?: number },
): Promise<void> => {
  const pull = await beginPull(db, 'test', at);
  const alerts = numbers.map((n) => alertOf(n, size));
  const rows = alerts.map((alert) => ({ alert, features: alertFeatures(alert) }));
  const stamps = await openStamps(db);
  const note = inTable ? undefined : await stamps.put(alerts.map((alert) => toKeep(alert, at)));
  await inTransaction(db, (trx) => keepAlerts(trx, rows, pull, at, note));
  await stamps.close();
};

/** The state of these alerts' stamps: `whole` if unchanged, else why they are missing. */
export const fateOf = async (
  db: Db,
  numbers: readonly number[],
  size = SIZE,
): Promise<Record<string, number[]>> => {
  const fates: Record<string, number[]> = {};
  for (const n of numbers) {
    const { stamps, noStamps } = await stampsOf(db, String(1000 + n));
    const wanted = stampsFor(n, size);
    const same = (['science', 'difference'] as const).every(
      (name) => stamps[name] !== null && Buffer.compare(stamps[name], wanted[name] ?? Buffer.alloc(0)) === 0,
    );
    const fate = same ? 'whole' : (noStamps ?? 'none');
    fates[fate] = [...(fates[fate] ?? []), n];
  }
  return fates;
};

/** What the files of a store's stamps take on the disk, as `du` counts it, bytes. */
export const diskUse = (databasePath: string): number => {
  const folder = stampFolder(databasePath);
  return readdirSync(folder).reduce((sum, name) => sum + 512 * statSync(join(folder, name)).blocks, 0);
};
