import type { Insertable } from 'kysely';
import type { ObjectId } from '../../pipeline/alert.ts';
import { type Position, separationArcsec } from '../../pipeline/enrich/sky-position.ts';
import type { Db } from '../open-store.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import type { ObjectTable } from '../schema.ts';
import { addToCount } from './counts.ts';

/** ObjectIds within this distance of each other, directly or by way of others, are one object. */
const ONE_OBJECT_ARCSEC = 1.5;

/**
 * Keeps where an alert's object is, unless it is known. A new one within 1.5 arcsec of others is the same object
 * as they, and they are one too, if they were not. Call it inside a transaction.
 */
export const objectKeeper = (
  db: Db,
): ((object: Position & { readonly objectId: ObjectId }) => Promise<void>) => {
  const insert = repeatedInsert(db, (row: Insertable<ObjectTable>) =>
    db
      .insertInto('objects')
      .values(row)
      .onConflict((conflict) => conflict.column('object_id').doNothing()),
  );
  // Its SQL is the same for every position.
  const within = objectsWithin(db, boxAround({ ra: 0, dec: 0 })).compile();
  const near = async (here: Position): Promise<ObjectTable[]> => {
    const { rows } = await db.executeQuery<ObjectTable>({ ...within, parameters: boxAround(here) });
    return rows.filter((there) => separationArcsec(here, there) <= ONE_OBJECT_ARCSEC);
  };
  return async ({ objectId, ra, dec }) => {
    if ((await insert({ object_id: objectId, ra, dec, same_as: objectId })) === 0) return;
    const names = new Set([objectId, ...(await near({ ra, dec })).map(({ same_as }) => same_as)]);
    // This one, less those that were objects of their own.
    await addToCount(db, 'objects', 2 - names.size);
    if (names.size === 1) return;
    const [first = objectId] = [...names].sort();
    await db
      .updateTable('objects')
      .set({ same_as: first })
      .where('same_as', 'in', [...names])
      .execute();
    const gone = await db
      .deleteFrom('pool')
      .where('same_as', 'in', [...names])
      .executeTakeFirst();
    await addToCount(db, 'pool', -Number(gone.numDeletedRows));
  };
};

/** Declinations and right ascensions between which everything within 1.5 arcsec lies; across 0h there are two halves. */
const boxAround = ({ ra, dec }: Position): Box => {
  const radius = ONE_OBJECT_ARCSEC / 3600;
  const shrink = Math.cos((Math.min(90, Math.abs(dec) + radius) * Math.PI) / 180);
  // At a pole any right ascension is near.
  const reach = shrink * 180 <= radius ? 360 : radius / shrink;
  return [dec - radius, dec + radius, ra - reach, ra + reach, ra - reach + 360, 360, 0, ra + reach - 360];
};

type Box = readonly [number, number, number, number, number, number, number, number];

const objectsWithin = (db: Db, [south, north, ...[a, b, c, d, e, f]]: Box) =>
  db
    .selectFrom('objects')
    .selectAll()
    .where('dec', '>=', south)
    .where('dec', '<=', north)
    .where((eb) => eb.or([eb.between('ra', a, b), eb.between('ra', c, d), eb.between('ra', e, f)]));

/** The objectIds that are the same objects as these, themselves included. */
export const sameObjects = async (db: Db, objectIds: readonly ObjectId[]): Promise<Set<ObjectId>> => {
  if (objectIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('objects as o')
    .innerJoin('objects as m', 'm.same_as', 'o.same_as')
    .where('o.object_id', 'in', objectIds)
    .select('m.object_id')
    .execute();
  return new Set(rows.map(({ object_id }) => object_id));
};

/**
 * The names of up to `most` objects of a table that begin so, in order; by its index, whatever the store holds.
 * `labels` has the labelled ones.
 */
export const objectsLike = async (
  db: Db,
  table: 'objects' | 'labels',
  begin: string,
  most: number,
): Promise<ObjectId[]> => {
  const rows = await db
    .selectFrom(table)
    .select('object_id')
    .where('object_id', '>=', begin)
    .where('object_id', '<', `${begin}~`)
    .orderBy('object_id')
    .limit(most)
    .execute();
  return rows.map(({ object_id }) => object_id);
};
