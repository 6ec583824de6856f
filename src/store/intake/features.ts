import { sql } from 'kysely';
import type { Candid } from '../../pipeline/alert.ts';
import { FEATURE_RECIPE, type FeatureName, type Features } from '../../pipeline/features/feature-table.ts';
import type { Db } from '../open-store.ts';
import type { AlertRow, EbvMap, FeatureTable } from '../schema.ts';
import { refreshPool } from './pool.ts';

/** The features in a row, without its candid and their sources. */
const featuresFromRow = (row: FeatureTable): Features => {
  const { candid: _, ebv_map: __, recipe: ___, ...features } = row;
  return features;
};

export const featuresOf = async (db: Db, candid: Candid): Promise<Features | null> => {
  const row = await db.selectFrom('features').selectAll().where('candid', '=', candid).executeTakeFirst();
  return row === undefined ? null : featuresFromRow(row);
};

/** Features of these candids, in their order. @throws Error for a candid that is not stored */
export const featuresOfAll = async (db: Db, candids: readonly Candid[]): Promise<Features[]> => {
  if (candids.length === 0) return [];
  const rows = await db.selectFrom('features').selectAll().where('candid', 'in', candids).execute();
  const found = new Map(rows.map((row) => [row.candid, row]));
  return candids.map((candid) => {
    const row = found.get(candid);
    if (row === undefined) throw new Error(`the store has no features of ${candid}`);
    return featuresFromRow(row);
  });
};

/** Scores of alerts whose features have changed stay in use until the next round opens. */
export const markScoresStale = async (db: Db, candids: readonly Candid[]): Promise<void> => {
  if (candids.length === 0) return;
  // A counter: a concurrent scoring can tell whether it used old features.
  await db
    .updateTable('scores')
    .set((eb) => ({ stale: eb('stale', '+', 1) }))
    .where('candid', 'in', candids)
    .execute();
};

/** Puts a new separation into an alert's features. */
export const setSeparation = async (db: Db, candid: Candid, sepArcsec: number | null): Promise<void> => {
  await db.updateTable('features').set({ sep_arcsec: sepArcsec }).where('candid', '=', candid).execute();
  await markScoresStale(db, [candid]);
};

export interface AlertPlace {
  readonly candid: Candid;
  readonly ra: number;
  readonly dec: number;
}

/** The dust map of an alert's E(B-V); null without a value. */
export const ebvMapOf = async (db: Db, candid: Candid): Promise<EbvMap | null> => {
  const row = await db
    .selectFrom('features')
    .select('ebv_map')
    .where('candid', '=', candid)
    .executeTakeFirst();
  return row?.ebv_map ?? null;
};

/** Alerts by candid, after the given one: those without E(B-V), or those with a value of a coarse map. */
export const alertsForEbv = (
  db: Db,
  after: Candid,
  limit: number,
  which: 'missing' | 'coarse',
): Promise<AlertPlace[]> =>
  db
    .selectFrom('features as f')
    .innerJoin('alerts as a', 'a.candid', 'f.candid')
    // In the words of migration 0012's partial indexes, so that other alerts are not read.
    .where(which === 'missing' ? sql<boolean>`f.ebv is null` : sql<boolean>`f.ebv_map = 'coarse'`)
    .where('f.candid', '>', after)
    .select(['a.candid', 'a.ra', 'a.dec'])
    .orderBy('f.candid')
    .limit(limit)
    .execute();

/** Puts E(B-V) of one kind of map into the features of alerts. Call it inside a transaction. */
export const setEbv = async (
  db: Db,
  values: readonly { readonly candid: Candid; readonly ebv: number }[],
  map: EbvMap,
): Promise<void> => {
  for (const { candid, ebv } of values) {
    await db.updateTable('features').set({ ebv, ebv_map: map }).where('candid', '=', candid).execute();
  }
  await markScoresStale(
    db,
    values.map(({ candid }) => candid),
  );
};

/** Alerts measured with an earlier recipe, with their lookups, after the candid `after`. */
export const alertsToMeasure = (
  db: Db,
  after: Candid,
  limit: number,
): Promise<(AlertRow & { sep_arcsec: number | null; ebv: number | null })[]> =>
  db
    .selectFrom('features as f')
    .innerJoin('alerts as a', 'a.candid', 'f.candid')
    .where('f.recipe', '<', FEATURE_RECIPE)
    .where('f.candid', '>', after)
    .selectAll('a')
    .select(['f.sep_arcsec', 'f.ebv'])
    .orderBy('f.candid')
    .limit(limit)
    .execute();

/** Puts newly measured columns into an alert's features. Call it inside a transaction. */
export const setMeasured = async (
  db: Db,
  candid: Candid,
  columns: Readonly<Partial<Record<FeatureName, number | null>>>,
): Promise<void> => {
  await db
    .updateTable('features')
    .set({ ...columns, recipe: FEATURE_RECIPE })
    .where('candid', '=', candid)
    .execute();
  await markScoresStale(db, [candid]);
  if (!('ndets' in columns)) return;
  const alert = await db
    .selectFrom('alerts')
    .select('object_id')
    .where('candid', '=', candid)
    .executeTakeFirst();
  if (alert !== undefined) await refreshPool(db, [alert.object_id]);
};
