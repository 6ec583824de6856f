import { type Insertable, sql } from 'kysely';
import type { ObjectId } from '../../pipeline/alert.ts';
import { type Position, separationArcsec } from '../../pipeline/enrich/sky-position.ts';
import type { Db } from '../open-store.ts';
import { serverOf } from '../postgres/postgres-place.ts';
import { lockTransaction } from '../postgres/transactions.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import type { ObjectTable } from '../schema.ts';
import { addToCount } from './counts.ts';
import { refreshPool } from './pool.ts';

/** ObjectIds within this distance of each other, directly or through others, are one object. */
const ONE_OBJECT_ARCSEC = 1.5;

/**
 * Stores the position of an alert's object, unless it is known. A new objectId within 1.5 arcsec of others joins
 * them, and unites them if they were separate. Call it inside a transaction.
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
  // The SQL is the same for every position.
  const within = objectsWithin(db, boxAround({ ra: 0, dec: 0 })).compile();
  const near = async (here: Position): Promise<ObjectTable[]> => {
    const { rows } = await db.executeQuery<ObjectTable>({ ...within, parameters: boxAround(here) });
    return rows.filter((there) => separationArcsec(here, there) <= ONE_OBJECT_ARCSEC);
  };
  return async ({ objectId, ra, dec }) => {
    if ((await insert({ object_id: objectId, ra, dec, same_as: objectId })) === 0) return;
    const names = new Set([objectId, ...(await near({ ra, dec })).map(({ same_as }) => same_as)]);
    // This one, minus those that were separate objects.
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

interface Pair extends ObjectTable {
  readonly near_ra: number;
  readonly near_dec: number;
  readonly near_same: ObjectId;
}

/**
 * On a server two processes may keep neighbours at the same time, and neither sees what the other has not committed.
 * Called last in a transaction that kept objects: one such end at a time, and each sees those before it.
 */
export const joinNeighbours = async (trx: Db, objectIds: readonly ObjectId[]): Promise<void> => {
  if (serverOf(trx) === null || objectIds.length === 0) return;
  await lockTransaction(trx, 'objects');
  const radius = sql.lit(ONE_OBJECT_ARCSEC / 3600);
  const { rows } = await sql<Pair>`
    select o.*, n.ra as near_ra, n.dec as near_dec, n.same_as as near_same
    from objects o join objects n on n.same_as <> o.same_as and n.dec between o.dec - ${radius} and o.dec + ${radius}
    where o.object_id in (${sql.join(objectIds)})`.execute(trx);
  for (const pair of rows) {
    const there = { ra: pair.near_ra, dec: pair.near_dec };
    if (separationArcsec(pair, there) <= ONE_OBJECT_ARCSEC)
      await makeOne(trx, pair.object_id, pair.near_same);
  }
};

/** Two objects are one: that of this objectId, and that of this name. */
const makeOne = async (trx: Db, objectId: ObjectId, other: ObjectId): Promise<void> => {
  const near = await trx
    .selectFrom('objects')
    .select('same_as')
    .distinct()
    .where('object_id', 'in', [objectId, other])
    .execute();
  const names = near.map(({ same_as }) => same_as);
  const [first = objectId] = [...names].sort();
  if (names.length < 2) return;
  await addToCount(trx, 'objects', 1 - names.length);
  await trx.updateTable('objects').set({ same_as: first }).where('same_as', 'in', names).execute();
  const gone = await trx.deleteFrom('pool').where('same_as', 'in', names).executeTakeFirst();
  await addToCount(trx, 'pool', -Number(gone.numDeletedRows));
  await refreshPool(trx, [objectId]);
};

/** Ranges of declination and right ascension that contain everything within 1.5 arcsec; two ranges across 0h. */
const boxAround = ({ ra, dec }: Position): Box => {
  const radius = ONE_OBJECT_ARCSEC / 3600;
  const shrink = Math.cos((Math.min(90, Math.abs(dec) + radius) * Math.PI) / 180);
  // At a pole every right ascension is near.
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

/** All objectIds of the same objects, including these. */
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

/** Up to `most` object names that begin so, in order, by the index. `labels` means labelled objects. */
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
