import { sql } from 'kysely';
import { z } from 'zod';
import type { Alert, Candid, ObjectId, Probability } from '../../pipeline/alert.ts';
import { SIMULATED_PREFIX } from '../../pipeline/enrich/object-links.ts';
import { FEATURE_NAMES, type Features } from '../../pipeline/features/feature-names.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../open-store.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import { exportedProbability } from '../rounds/model-probability.ts';
import type { AlertRow, FeatureTable, StampTable } from '../schema.ts';

const optionalNumber = z.number().nullable();
const bandSchema = z
  .object({
    amplitude: optionalNumber,
    linear_fit_reduced_chi2: optionalNumber,
    linear_fit_slope: optionalNumber,
    linear_fit_slope_sigma: optionalNumber,
    median: optionalNumber,
    median_absolute_deviation: optionalNumber,
  })
  .nullable();
const storedFeaturesSchema = z.object({ g: bandSchema, r: bandSchema });
const epochsSchema = z.array(
  z.object({
    jd: z.number(),
    fid: z.number(),
    magpsf: optionalNumber,
    sigmapsf: optionalNumber,
    diffmaglim: optionalNumber,
    isdiffpos: z.string().nullable(),
    distnr: optionalNumber,
    magnr: optionalNumber,
    sigmagnr: optionalNumber,
  }),
);
const contextSchema = z.object({
  distpsnr1: optionalNumber,
  sgscore1: optionalNumber,
  neargaia: optionalNumber,
  ndethist: optionalNumber,
  jdstarthist: optionalNumber,
  tns: z.string().nullable(),
  vsx: z.string().nullable(),
  gaiaName: z.string().nullable(),
});

/** Whether objects of a simulated night are in the store. */
export const holdsSimulatedAlerts = async (db: Db): Promise<boolean> => {
  const row = await db
    .selectFrom('alerts')
    .select('candid')
    // A range, so that the index on the ids answers it.
    .where('object_id', '>=', SIMULATED_PREFIX)
    .where('object_id', '<', `${SIMULATED_PREFIX}~`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
};

/** An alert's row of `alerts`. */
const alertRow = (alert: Alert, pullId: number, at: string): AlertRow => ({
  candid: alert.candid,
  object_id: alert.objectId,
  jd: alert.jd,
  ra: alert.ra,
  dec: alert.dec,
  fid: alert.fid,
  magpsf: alert.magpsf,
  sigmapsf: alert.sigmapsf,
  drb: alert.drb,
  rb: alert.rb,
  roid: alert.roid,
  cdsxmatch: alert.cdsxmatch,
  context: JSON.stringify(alert.context),
  epochs: JSON.stringify(alert.epochs),
  stored_features: JSON.stringify(alert.storedFeatures),
  pull_id: pullId,
  stored_at: at,
});

const hasStamps = ({ stamps }: Alert): boolean =>
  stamps.science !== null || stamps.template !== null || stamps.difference !== null;

/**
 * Keeps alerts with their features and stamps, each candid once; call it inside a transaction.
 * @returns the candids that were new
 */
export const keepAlerts = async (
  db: Db,
  rows: readonly { readonly alert: Alert; readonly features: Features }[],
  pullId: number,
  at: string,
): Promise<Set<Candid>> => {
  const fresh = new Set<Candid>();
  const insertAlert = repeatedInsert(db, (row: AlertRow) =>
    db
      .insertInto('alerts')
      .values(row)
      .onConflict((conflict) => conflict.column('candid').doNothing()),
  );
  const insertFeatures = repeatedInsert(db, (row: FeatureTable) => db.insertInto('features').values(row));
  const insertStamps = repeatedInsert(db, (row: StampTable) => db.insertInto('stamps').values(row));
  for (const { alert, features } of rows) {
    const { candid } = alert;
    if ((await insertAlert(alertRow(alert, pullId, at))) === 0) continue;
    fresh.add(candid);
    await insertFeatures({ candid, ...features });
    if (hasStamps(alert)) await insertStamps({ candid, ...alert.stamps });
  }
  return fresh;
};

/** Which of these candids the store has already. */
export const knownCandids = async (db: Db, candids: readonly Candid[]): Promise<Set<Candid>> => {
  if (candids.length === 0) return new Set();
  const rows = await db.selectFrom('alerts').select('candid').where('candid', 'in', candids).execute();
  return new Set(rows.map((row) => row.candid));
};

/** A light curve as the store keeps it (JSON). */
export const epochsOf = (text: string) => epochsSchema.parse(JSON.parse(text));

/** An alert read back whole; stamps are left empty (`stampsOf` reads them). */
export const alertFromRow = (row: AlertRow): Alert => ({
  candid: row.candid,
  objectId: row.object_id,
  jd: row.jd,
  ra: row.ra,
  dec: row.dec,
  fid: row.fid,
  magpsf: row.magpsf,
  sigmapsf: row.sigmapsf,
  drb: row.drb,
  rb: row.rb,
  roid: row.roid,
  cdsxmatch: row.cdsxmatch,
  context: contextSchema.parse(JSON.parse(row.context)),
  epochs: epochsOf(row.epochs),
  storedFeatures: storedFeaturesSchema.parse(JSON.parse(row.stored_features)),
  stamps: { science: null, template: null, difference: null },
});

export const findAlert = async (db: Db, candid: Candid): Promise<Alert | null> => {
  const row = await db.selectFrom('alerts').selectAll().where('candid', '=', candid).executeTakeFirst();
  return row === undefined ? null : alertFromRow(row);
};

/** The newest alert of an object, or null when the store has none. */
export const newestAlertOf = async (db: Db, objectId: ObjectId): Promise<Alert | null> => {
  const row = await db
    .selectFrom('alerts')
    .selectAll()
    .where('object_id', '=', objectId)
    .orderBy('jd', 'desc')
    .orderBy('candid', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : alertFromRow(row);
};

/** The features of one row of the table, without its candid. */
const featuresFromRow = (row: FeatureTable): Features => {
  const { candid: _, ...features } = row;
  return features;
};

export const featuresOf = async (db: Db, candid: Candid): Promise<Features | null> => {
  const row = await db.selectFrom('features').selectAll().where('candid', '=', candid).executeTakeFirst();
  return row === undefined ? null : featuresFromRow(row);
};

const featureColumns = FEATURE_NAMES.map((name) => `f.${name}` as const);

export interface PoolRow {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  /** P(class 1) by the model asked about; null where it has not scored the alert. */
  readonly p: Probability | null;
  /** True when the alert's features have changed since that model scored it. */
  readonly stale: boolean;
}

/** Alerts of objects that can still be asked about: unlabelled, of no excluded class, with a positive detection. */
const poolAlerts = (db: Db) =>
  db
    .selectFrom('alerts as a')
    .innerJoin('features as f', 'f.candid', 'a.candid')
    .leftJoin('labels as l', 'l.object_id', 'a.object_id')
    .leftJoin('sherlock as k', (join) =>
      join.onRef('k.object_id', '=', 'a.object_id').on('k.excluded', '=', 1),
    )
    .where('l.object_id', 'is', null)
    .where('k.object_id', 'is', null)
    .where('f.ndets', '>=', 1);

/** The pool: the newest of these of each object. Ordered by candid, so that a seeded draw from it can be replayed. */
export const readPool = async (db: Db, modelId: number | null): Promise<PoolRow[]> => {
  const rows = await db
    .with('newest', () =>
      poolAlerts(db).select([
        'a.candid',
        'a.object_id',
        sql<number>`row_number() over (partition by a.object_id order by a.jd desc, a.candid desc)`.as(
          'place',
        ),
      ]),
    )
    .selectFrom('newest as n')
    .leftJoin('scores as s', (join) =>
      join.onRef('s.candid', '=', 'n.candid').on('s.model_id', '=', modelId ?? -1),
    )
    .where('n.place', '=', 1)
    .select(['n.candid', 'n.object_id as objectId', 's.p', 's.stale'])
    .orderBy('n.candid')
    .execute();
  return rows.map(({ stale, ...row }) => ({ ...row, stale: stale === 1 }));
};

/** Features of these candids, in their order; throws for one that the store does not have. */
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

/** Objects in the pool. */
export const countPool = async (db: Db): Promise<number> => {
  const row = await poolAlerts(db)
    .select(sql<number>`count(distinct a.object_id)`.as('objects'))
    .executeTakeFirstOrThrow();
  return row.objects;
};

export const countAlerts = async (db: Db): Promise<{ alerts: number; objects: number }> =>
  db
    .selectFrom('alerts')
    .select([sql<number>`count(*)`.as('alerts'), sql<number>`count(distinct object_id)`.as('objects')])
    .executeTakeFirstOrThrow();

/**
 * Alerts with their features for an export, in the order they were stored, a page at a time; with the
 * probability that a model of this type gives them.
 */
export async function* exportAlerts(db: Db, type: ModelType, pageSize = 500) {
  let after = '';
  while (true) {
    const rows = await db
      .selectFrom('alerts as a')
      .innerJoin('features as f', 'f.candid', 'a.candid')
      .leftJoin('labels as l', 'l.object_id', 'a.object_id')
      .leftJoin('scores as s', 's.candid', 'a.candid')
      .leftJoin('models as m', 'm.id', 's.model_id')
      .where('a.candid', '>', after)
      .orderBy('a.candid')
      .limit(pageSize)
      .select([
        'a.candid',
        'a.object_id',
        'a.jd',
        'a.fid',
        'a.magpsf',
        'a.sigmapsf',
        'a.cdsxmatch',
        'a.stored_at',
      ])
      .select('l.answer as label')
      .select(exportedProbability(type, 's.p'))
      .select(featureColumns)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.candid;
  }
}
