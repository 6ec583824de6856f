import { join } from 'node:path';
import { messageOf } from '../../lib/errors.ts';
import type { Db } from '../open-store.ts';
import { countUnmoved } from './move-stamps.ts';
import { listSegments, readStampsAt } from './segments.ts';
import { stampFolderOf } from './stamps.ts';

/** The state of a store's stamps on disk. */
export interface StampCheck {
  /** Alerts with stamps in files. */
  readonly alerts: number;
  readonly bytes: number;
  /** Alerts whose file is gone or whose entry is damaged. */
  readonly lost: number;
  /** The reason for the first of them. */
  readonly why: string | null;
  /** Alerts whose stamps are still in the database. */
  readonly unmoved: number;
}

/** The newest alerts up to this number are read completely; for others only the file's existence is checked. */
const READ_WHOLE = 5000;

/** Checks a store's stamps without changing anything. */
export const checkStamps = async (db: Db, readWhole = READ_WHOLE): Promise<StampCheck> => {
  const folder = await stampFolderOf(db);
  const places = db.selectFrom('stamp_places').where('segment', 'is not', null);
  const { alerts, bytes } = await places
    .select((eb) => [eb.fn.countAll<number>().as('alerts'), eb.fn.sum<number | null>('length').as('bytes')])
    .executeTakeFirstOrThrow();
  const unmoved = await countUnmoved(db);
  if (folder === null) return { alerts, bytes: bytes ?? 0, lost: 0, why: null, unmoved };
  const sizes = new Map(listSegments(folder).map(({ name, bytes: size }) => [name, size]));
  const ends = await places
    .select((eb) => ['segment', eb.fn.countAll<number>().as('n')])
    .groupBy('segment')
    .execute();
  let lost = 0;
  let why: string | null = null;
  const lose = (n: number, reason: string): void => {
    lost += n;
    why ??= reason;
  };
  for (const { segment, n } of ends)
    if (segment !== null && !sizes.has(segment)) lose(n, `${join(folder, segment)} is not there`);
  const newest = await places
    .select(['candid', 'segment', 'position', 'length'])
    .orderBy('night', 'desc')
    .limit(readWhole)
    .execute();
  for (const { candid, segment, position, length } of newest) {
    if (segment === null || !sizes.has(segment)) continue;
    try {
      await readStampsAt(folder, { segment, position, length }, candid);
    } catch (error) {
      lose(1, `${join(folder, segment)}, alert ${candid}: ${messageOf(error)}`);
    }
  }
  return { alerts, bytes: bytes ?? 0, lost, why, unmoved };
};
