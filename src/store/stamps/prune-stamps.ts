import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Db, inIntake, inTransaction } from '../open-store.ts';
import { jsonText } from '../postgres/dialect-words.ts';
import { serverOf } from '../postgres/postgres-place.ts';
import { readEntry } from './segment-format.ts';
import { createSegmentWriter, listSegments, type Place, readPlace } from './segments.ts';
import { stampFolderOf } from './stamps.ts';

/** What pruning would delete. */
export interface StampPlan {
  readonly alerts: number;
  readonly bytes: number;
}

export interface Pruned extends StampPlan {
  /** Bytes by which the folder of stamps shrank, including unreferenced entries. */
  readonly freed: number;
}

/** Files written to within this time, ms, are left alone: an uncommitted transaction may refer to their entries. */
export const SETTLED_MS = 600_000;

/**
 * Alerts whose stamps are always kept: candidates, labelled alerts, shown objects, spares, and those named in
 * imported files.
 */
const needed = (db: Db) => {
  const shown = jsonText(db, sql.ref('payload'), ['surest', 0, 'candid']);
  return sql`(
  select candid from candidates union select candid from spares union select candid from labels
  union select candid from corrections union select candid from imported_labels
  union select candid from imported_training
  union select substr(key, 6) from uploads where key like 'card:%'
  union select ${shown} from messages where kind = 'digest' and ${shown} is not null)`;
};

const prunable = (db: Db, before: number) => sql<number>`(night < ${before} and candid not in ${needed(db)})`;

/** @param before first night (MJD) whose stamps are kept */
export const planPruning = async (db: Db, before: number): Promise<StampPlan> => {
  const { rows } = await sql<StampPlan>`
    select count(*) as alerts, coalesce(sum(length), 0) as bytes from stamp_places
    where segment is not null and ${prunable(db, before)}`.execute(db);
  return rows[0] ?? { alerts: 0, bytes: 0 };
};

interface Row extends Place {
  readonly candid: string;
  /** 1: to be deleted. */
  readonly goes: number;
}

const rowsOf = async (db: Db, segment: string, before: number): Promise<Row[]> => {
  const { rows } = await sql<Row>`
    select candid, segment, position, length, ${prunable(db, before)} as goes from stamp_places
    where segment = ${segment} order by position`.execute(db);
  return rows;
};

const sizeOf = (folder: string): number => listSegments(folder).reduce((sum, { bytes }) => sum + bytes, 0);

/** Entries copied together: some megabytes. */
const AT_A_TIME = 100;

/** Copies a segment's kept entries to another one, without damaged ones. */
const copyKept = async (folder: string, kept: readonly Row[], at: Date): Promise<Map<string, Place>> => {
  const writer = createSegmentWriter(folder, () => at);
  const places = new Map<string, Place>();
  try {
    for (let from = 0; from < kept.length; from += AT_A_TIME) {
      const entries: { candid: string; entry: Buffer }[] = [];
      for (const row of kept.slice(from, from + AT_A_TIME)) {
        const entry = await readPlace(folder, row).catch(() => null);
        if (entry !== null && isWhole(entry, row.candid)) entries.push({ candid: row.candid, entry });
      }
      const written = await writer.append(entries.map(({ entry }) => [entry]));
      for (const [i, place] of written.entries()) places.set(entries[i]?.candid ?? '', place);
    }
    return places;
  } finally {
    await writer.close();
  }
};

const isWhole = (entry: Buffer, candid: string): boolean => {
  try {
    readEntry(entry, candid);
    return true;
  } catch {
    return false; // the card says so, before and after
  }
};

/**
 * Removes entries from a segment: the kept ones are copied to another segment and synced, then one transaction
 * records the new places. @returns null if an entry was needed meanwhile
 */
const pruneSegment = async (
  db: Db,
  folder: string,
  segment: string,
  before: number,
): Promise<StampPlan | null> => {
  const rows = await rowsOf(db, segment, before);
  const going = rows.filter(({ goes }) => goes === 1);
  const day = /^\d{4}-\d{2}-\d{2}/.exec(segment)?.[0];
  const kept = rows.filter(({ goes }) => goes === 0);
  const places = await copyKept(folder, kept, day === undefined ? new Date() : new Date(day));
  const isDone = await inIntake(db, async (trx) => {
    const now = await rowsOf(trx, segment, before);
    if (JSON.stringify(now) !== JSON.stringify(rows)) return false;
    for (const { candid } of going) {
      await trx
        .updateTable('stamp_places')
        .set({ segment: null, position: 0, length: 0 })
        .where('candid', '=', candid)
        .execute();
    }
    for (const [candid, place] of places)
      await trx.updateTable('stamp_places').set(place).where('candid', '=', candid).execute();
    return true;
  });
  // The old file is deleted, unless damaged entries in it are still referenced.
  if (!isDone) return null;
  return { alerts: going.length, bytes: going.reduce((sum, { length }) => sum + length, 0) };
};

/** Deletes rows of a store on a server, in batches, so that nobody has to wait. */
const pruneTable = async (db: Db, before: number): Promise<Pruned> => {
  let alerts = 0;
  let bytes = 0;
  for (;;) {
    const { rows } = await sql<{ candid: string; length: number }>`
      select candid, length from stamp_places where segment is not null and ${prunable(db, before)}
      order by candid limit ${AT_A_TIME}`.execute(db);
    if (rows.length === 0) return { alerts, bytes, freed: bytes };
    const gone = await inTransaction(db, async (trx) => {
      // An entry may be needed by now.
      const { rows: still } = await sql<{ candid: string; length: number }>`
        select candid, length from stamp_places where segment is not null and ${prunable(db, before)}
        and candid in (${sql.join(rows.map(({ candid }) => candid))})`.execute(trx);
      const candids = still.map(({ candid }) => candid);
      if (candids.length === 0) return still;
      await trx.deleteFrom('stamps').where('candid', 'in', candids).execute();
      await trx
        .updateTable('stamp_places')
        .set({ segment: null, position: 0, length: 0 })
        .where('candid', 'in', candids)
        .execute();
      return still;
    });
    alerts += gone.length;
    bytes += gone.reduce((sum, { length }) => sum + length, 0);
  }
};

/** Whether a file's last write is so old that all its entries are committed, or never will be. */
const isSettled = (folder: string, segment: string, settledMs: number): boolean => {
  const found = statSync(join(folder, segment), { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs >= settledMs;
};

/** Deletes files that nothing in the store refers to, left by crashed processes. */
const removeUnnamed = async (db: Db, folder: string, settledMs: number): Promise<void> => {
  const { rows } = await sql<{ segment: string }>`
    select distinct segment from stamp_places where segment is not null`.execute(db);
  const named = new Set(rows.map(({ segment }) => segment));
  // Checked again right before the deletion: a writer notices that its file is gone.
  for (const { name } of listSegments(folder))
    if (!named.has(name) && isSettled(folder, name, settledMs)) rmSync(join(folder, name), { force: true });
};

/**
 * Deletes unneeded stamps of old alerts, and returns the space to the disk. It may be killed and repeated at any
 * point; others can use the store meanwhile.
 * @param before first night (MJD) whose stamps are kept
 */
export const pruneStamps = async (db: Db, before: number, settledMs = SETTLED_MS): Promise<Pruned> => {
  if (serverOf(db) !== null) return pruneTable(db, before);
  const folder = await stampFolderOf(db);
  if (folder === null) return { alerts: 0, bytes: 0, freed: 0 };
  const size = sizeOf(folder);
  const { rows: segments } = await sql<{ segment: string }>`
    select distinct segment from stamp_places
    where segment is not null and ${prunable(db, before)}`.execute(db);
  let alerts = 0;
  let bytes = 0;
  for (const { segment } of segments) {
    // A missing file has nothing to copy.
    if (existsSync(join(folder, segment)) && !isSettled(folder, segment, settledMs)) continue;
    const done = await pruneSegment(db, folder, segment, before);
    alerts += done?.alerts ?? 0;
    bytes += done?.bytes ?? 0;
  }
  await removeUnnamed(db, folder, settledMs);
  return { alerts, bytes, freed: Math.max(0, size - sizeOf(folder)) };
};
