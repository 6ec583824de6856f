import { sql } from 'kysely';
import { codeOf, messageOf } from '../../lib/errors.ts';
import type { Alert, Candid, Stamps } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';
import { serverOf } from '../postgres/postgres-place.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import type { StampPlaceTable, StampTable } from '../schema.ts';
import { entryOf } from './segment-format.ts';
import { createSegmentWriter, type Place, readStampsAt, stampFolder } from './segments.ts';

/** The zero points in MJD of 1970-01-01 and of JD. */
const MJD_OF_1970 = 40_587;
const MJD_OF_JD = -2_400_000.5;

/** The night (MJD) of a time. */
export const nightOf = (at: Date): number => Math.floor(at.getTime() / 86_400_000) + MJD_OF_1970;

/** An alert's stamps, and the night that their age counts from. */
export interface StampsToKeep {
  readonly candid: Candid;
  readonly stamps: Stamps;
  /** The night (MJD) it was observed or stored, whichever is later. */
  readonly night: number;
}

/** @param storedAt ISO 8601; old packets that are stored today count from today */
export const toKeep = (
  { candid, jd, stamps }: Pick<Alert, 'candid' | 'jd' | 'stamps'>,
  storedAt: string,
): StampsToKeep => ({
  candid,
  stamps,
  night: Math.max(Math.floor(jd + MJD_OF_JD), nightOf(new Date(storedAt))),
});

/** Records in a transaction that an alert, which is stored by then, has these stamps. */
export type NoteStamps = (trx: Db, candid: Candid) => Promise<void>;

/**
 * Where stamps are stored: in files beside the store, or in its table. A store in memory uses the table, and so
 * does one on a server, so that all its machines see them.
 */
export interface StampStore {
  /**
   * Writes stamps before the transaction that stores their alerts; a crash in between leaves unreferenced bytes.
   * @throws FinkvraError if the disk is full or fails
   */
  put(stamps: readonly StampsToKeep[]): Promise<NoteStamps>;
  close(): Promise<void>;
}

/** An alert's stored stamps. */
export interface FoundStamps {
  readonly stamps: Stamps;
  /** Why they are missing although the packet had some; null otherwise. */
  readonly noStamps: string | null;
}

const NONE: Stamps = { science: null, template: null, difference: null };

export const hasStamps = ({ stamps }: Pick<Alert, 'stamps'>): boolean =>
  stamps.science !== null || stamps.template !== null || stamps.difference !== null;

/** The folder of the store's stamps; null for a store in memory or on a server. */
export const stampFolderOf = async (db: Db): Promise<string | null> => {
  if (serverOf(db) !== null) return null;
  const { rows } = await sql<{ file: string }>`
    select file from pragma_database_list where name = 'main'`.execute(db);
  const file = rows[0]?.file ?? '';
  return file === '' ? null : stampFolder(file);
};

/** An insert of places that is compiled once per transaction. */
const placeInsert = () => {
  let bound: { readonly trx: Db; readonly insert: (row: StampPlaceTable) => Promise<number> } | null = null;
  return async (trx: Db, row: StampPlaceTable): Promise<void> => {
    if (bound?.trx !== trx) {
      const insert = repeatedInsert(trx, (first: StampPlaceTable) =>
        trx
          .insertInto('stamp_places')
          .values(first)
          .onConflict((conflict) =>
            conflict.column('candid').doUpdateSet((eb) => ({
              segment: eb.ref('excluded.segment'),
              position: eb.ref('excluded.position'),
              length: eb.ref('excluded.length'),
              night: eb.ref('excluded.night'),
            })),
          ),
      );
      bound = { trx, insert };
    }
    await bound.insert(row);
  };
};

const createFileStamps = (folder: string): StampStore => {
  const writer = createSegmentWriter(folder, () => new Date());
  const insert = placeInsert();
  return {
    put: async (all) => {
      const given = [...new Map(all.filter(hasStamps).map((one) => [one.candid, one])).values()];
      const places = await writer.append(given.map(({ candid, stamps }) => entryOf(candid, stamps)));
      const rows = new Map(
        given.flatMap(({ candid, night }, i) => {
          const place = places[i];
          return place === undefined ? [] : [[candid, { candid, ...place, night }] as const];
        }),
      );
      return async (trx, candid) => {
        const row = rows.get(candid);
        if (row !== undefined) await insert(trx, row);
      };
    },
    close: writer.close,
  };
};

/** Stands for the table, where a place would name a segment. */
const IN_TABLE = 'table';

/**
 * Writes these alerts' stamps to the table: in memory, on a server, and until the next start moves them to files.
 */
export const tableNote = (all: readonly StampsToKeep[]): NoteStamps => {
  const given = new Map(all.filter(hasStamps).map((one) => [one.candid, one]));
  const insertPlace = placeInsert();
  let bound: { readonly trx: Db; readonly insert: (row: StampTable) => Promise<number> } | null = null;
  return async (trx, candid) => {
    const one = given.get(candid);
    if (one === undefined) return;
    if (bound?.trx !== trx)
      bound = { trx, insert: repeatedInsert(trx, (row: StampTable) => trx.insertInto('stamps').values(row)) };
    const { stamps, night } = one;
    await bound.insert({ candid, ...stamps });
    if (serverOf(trx) === null) return;
    // On a server they stay there: the place records their age.
    const length = Object.values(stamps).reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0);
    await insertPlace(trx, { candid, segment: IN_TABLE, position: 0, length, night });
  };
};

/** The place for this store's stamps, for writing. The caller must close it. */
export const openStamps = async (db: Db): Promise<StampStore> => {
  const folder = await stampFolderOf(db);
  return folder === null
    ? { put: async (all) => tableNote(all), close: async () => undefined }
    : createFileStamps(folder);
};

/** The place of an alert's stamps; null if they were deleted, undefined if there are none. */
const placeOf = async (db: Db, candid: Candid): Promise<Place | null | undefined> => {
  const row = await db
    .selectFrom('stamp_places')
    .select(['segment', 'position', 'length'])
    .where('candid', '=', candid)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { segment, position, length } = row;
  return segment === null ? null : { segment, position, length };
};

const DELETED = 'deleted when its nights were over';

const fromFile = async (db: Db, candid: Candid, place: Place, again: boolean): Promise<FoundStamps> => {
  const folder = await stampFolderOf(db);
  if (folder === null) throw new Error('a store in memory has no files of stamps');
  try {
    return { stamps: await readStampsAt(folder, place, candid), noStamps: null };
  } catch (error) {
    const isGone = codeOf(error) === 'ENOENT';
    // Entries may have moved to another segment since the place was read.
    const moved = isGone && again ? await placeOf(db, candid) : place;
    if (moved === null) return { stamps: NONE, noStamps: DELETED };
    if (moved !== undefined && moved.segment !== place.segment) return fromFile(db, candid, moved, false);
    const why = isGone ? 'is not there' : `is damaged: ${messageOf(error)}`;
    return { stamps: NONE, noStamps: `the file of stamps ${why}` };
  }
};

/** An alert's gzipped FITS stamps, unchanged. Unreadable stamps cost only the picture: the result says why. */
export const stampsOf = async (db: Db, candid: Candid): Promise<FoundStamps> => {
  const place = await placeOf(db, candid);
  if (place != null && serverOf(db) === null) return fromFile(db, candid, place, true);
  const row = await db
    .selectFrom('stamps')
    .select(['science', 'template', 'difference'])
    .where('candid', '=', candid)
    .executeTakeFirst();
  if (row !== undefined) return { stamps: row, noStamps: null };
  // They may have moved to a file between the two reads.
  const since = place === undefined ? await placeOf(db, candid) : null;
  if (since != null) return fromFile(db, candid, since, true);
  return { stamps: NONE, noStamps: place === null ? DELETED : null };
};

/** Which of these alerts have no stored stamps. */
export const withoutStamps = async (db: Db, candids: readonly Candid[]): Promise<Set<Candid>> => {
  if (candids.length === 0) return new Set();
  const placed = await db
    .selectFrom('stamp_places')
    .select('candid')
    .where('candid', 'in', candids)
    .where('segment', 'is not', null)
    .execute();
  const rows = await db.selectFrom('stamps').select('candid').where('candid', 'in', candids).execute();
  const have = new Set([...placed, ...rows].map(({ candid }) => candid));
  return new Set(candids.filter((candid) => !have.has(candid)));
};
