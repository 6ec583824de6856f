import { sql } from 'kysely';
import { codeOf, messageOf } from '../../lib/errors.ts';
import type { Alert, Candid, Stamps } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';
import { serverOf } from '../postgres/postgres-place.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import type { StampPlaceTable, StampTable } from '../schema.ts';
import { entryOf } from './segment-format.ts';
import { createSegmentWriter, type Place, readStampsAt, stampFolder } from './segments.ts';

/** MJD of 1970-01-01, and of JD 0. */
const MJD_OF_1970 = 40_587;
const MJD_OF_JD = -2_400_000.5;

/** The night (MJD) of a time. */
export const nightOf = (at: Date): number => Math.floor(at.getTime() / 86_400_000) + MJD_OF_1970;

/** An alert's stamps, and what their age counts from. */
export interface StampsToKeep {
  readonly candid: Candid;
  readonly stamps: Stamps;
  /** MJD of the night it was observed or taken in, whichever is later. */
  readonly night: number;
}

/** @param storedAt ISO 8601; packets of years ago that come in today are of tonight */
export const toKeep = (
  { candid, jd, stamps }: Pick<Alert, 'candid' | 'jd' | 'stamps'>,
  storedAt: string,
): StampsToKeep => ({
  candid,
  stamps,
  night: Math.max(Math.floor(jd + MJD_OF_JD), nightOf(new Date(storedAt))),
});

/** Notes in a transaction that an alert, which is in the store by then, has the stamps that were put. */
export type NoteStamps = (trx: Db, candid: Candid) => Promise<void>;

/**
 * Where stamps are kept: in files beside the store, or in a table of it. A store in memory has the table, and one on
 * a server, so that every machine which works on it sees them.
 */
export interface StampStore {
  /**
   * Keeps stamps for good, before the transaction that stores their alerts; a process that dies between leaves
   * bytes that nothing refers to.
   * @throws FinkvraError when the disk is full or fails
   */
  put(stamps: readonly StampsToKeep[]): Promise<NoteStamps>;
  close(): Promise<void>;
}

/** What the store has of an alert's stamps. */
export interface FoundStamps {
  readonly stamps: Stamps;
  /** Why there are none, though the packet had some; null where they are there or the packet had none. */
  readonly noStamps: string | null;
}

const NONE: Stamps = { science: null, template: null, difference: null };

export const hasStamps = ({ stamps }: Pick<Alert, 'stamps'>): boolean =>
  stamps.science !== null || stamps.template !== null || stamps.difference !== null;

/** The folder of the store's stamps; null for a store in memory, or on a server. */
export const stampFolderOf = async (db: Db): Promise<string | null> => {
  if (serverOf(db) !== null) return null;
  const { rows } = await sql<{ file: string }>`
    select file from pragma_database_list where name = 'main'`.execute(db);
  const file = rows[0]?.file ?? '';
  return file === '' ? null : stampFolder(file);
};

/** An insert of places that is compiled once a transaction. */
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

/** Stands for the table where a place names a segment. */
const IN_TABLE = 'table';

/**
 * What notes the stamps of these alerts in the table itself: in memory, on a server, and until the next start moves
 * them to files.
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
    // On a server they stay there: by its place their age is known.
    const length = Object.values(stamps).reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0);
    await insertPlace(trx, { candid, segment: IN_TABLE, position: 0, length, night });
  };
};

/** Where the stamps of this store are kept, to put some there; whoever opens it closes it. */
export const openStamps = async (db: Db): Promise<StampStore> => {
  const folder = await stampFolderOf(db);
  return folder === null
    ? { put: async (all) => tableNote(all), close: async () => undefined }
    : createFileStamps(folder);
};

/** The place of an alert's stamps; null where they were deleted, undefined where nothing is known of any. */
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
    // What is kept of a segment may have moved to another one since the place was looked up.
    const moved = isGone && again ? await placeOf(db, candid) : place;
    if (moved === null) return { stamps: NONE, noStamps: DELETED };
    if (moved !== undefined && moved.segment !== place.segment) return fromFile(db, candid, moved, false);
    const why = isGone ? 'is not there' : `is damaged: ${messageOf(error)}`;
    return { stamps: NONE, noStamps: `the file of stamps ${why}` };
  }
};

/**
 * The gzipped FITS stamps of an alert as they came. What cannot be read, for whatever reason, spoils no more than
 * the picture: it says why there are none.
 */
export const stampsOf = async (db: Db, candid: Candid): Promise<FoundStamps> => {
  const place = await placeOf(db, candid);
  if (place != null && serverOf(db) === null) return fromFile(db, candid, place, true);
  const row = await db
    .selectFrom('stamps')
    .select(['science', 'template', 'difference'])
    .where('candid', '=', candid)
    .executeTakeFirst();
  if (row !== undefined) return { stamps: row, noStamps: null };
  // They may have moved to a file between the two looks.
  const since = place === undefined ? await placeOf(db, candid) : null;
  if (since != null) return fromFile(db, candid, since, true);
  return { stamps: NONE, noStamps: place === null ? DELETED : null };
};

/** Which of these alerts have no stamps in the store. */
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
