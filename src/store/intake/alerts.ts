import { z } from 'zod';
import type { Alert, Candid, ObjectId } from '../../pipeline/alert.ts';
import { SIMULATED_PREFIX } from '../../pipeline/enrich/object-links.ts';
import { FEATURE_RECIPE, type Features } from '../../pipeline/features/feature-table.ts';
import type { Db } from '../open-store.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import type { AlertRow, EbvMap, FeatureTable } from '../schema.ts';
import { type NoteStamps, tableNote, toKeep } from '../stamps/stamps.ts';
import { addToCount } from './counts.ts';
import { markScoresStale } from './features.ts';
import { objectKeeper } from './objects.ts';
import { refreshPool } from './pool.ts';

const optionalNumber = z.number().nullable();
/** Missing in alerts that were stored before this column. */
const lateNumber = optionalNumber.default(null);
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
  ncovhist: lateNumber,
  nmtchps: lateNumber,
  classtar: lateNumber,
  sharpnr: lateNumber,
  chinr: lateNumber,
  plx: lateNumber,
  plxError: lateNumber,
  tns: z.string().nullable(),
  vsx: z.string().nullable(),
  gcvs: z.string().nullable().default(null),
  gaiaName: z.string().nullable(),
  mangroveName: z.string().nullable().default(null),
  mangroveMpc: lateNumber,
});
const forcedSchema = z.array(
  z.object({
    jd: z.number(),
    fid: z.number(),
    flux: optionalNumber,
    fluxError: optionalNumber,
    zeroPoint: optionalNumber,
  }),
);

/** Whether the store has objects of a simulated night. */
export const holdsSimulatedAlerts = async (db: Db): Promise<boolean> => {
  const row = await db
    .selectFrom('alerts')
    .select('candid')
    // A range, so that the index on ids is used.
    .where('object_id', '>=', SIMULATED_PREFIX)
    .where('object_id', '<', `${SIMULATED_PREFIX}~`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
};

/** An alert's row in `alerts`. */
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
  forced: alert.forced === undefined ? null : JSON.stringify(alert.forced),
  stored_features: JSON.stringify(alert.storedFeatures),
  pull_id: pullId,
  stored_at: at,
});

export interface KeptAlert {
  readonly alert: Alert;
  readonly features: Features;
  /** The dust map that E(B-V) was read from. */
  readonly ebvMap?: EbvMap | null;
}

/**
 * Stores alerts with features and stamps, each candid once. Call it inside a transaction.
 * @param noteStamps the result of `StampStore.put`; without it stamps go into the store itself, until the next
 *   start of a service moves them to files
 * @returns the candids that were new
 */
export const keepAlerts = async (
  db: Db,
  rows: readonly KeptAlert[],
  pullId: number,
  at: string,
  noteStamps: NoteStamps = tableNote(rows.map(({ alert }) => toKeep(alert, at))),
): Promise<Set<Candid>> => {
  const fresh = new Set<Candid>();
  const insertAlert = repeatedInsert(db, (row: AlertRow) =>
    db
      .insertInto('alerts')
      .values(row)
      .onConflict((conflict) => conflict.column('candid').doNothing()),
  );
  const insertFeatures = repeatedInsert(db, (row: FeatureTable) => db.insertInto('features').values(row));
  const keepObject = objectKeeper(db);
  const objects = new Set<ObjectId>();
  for (const { alert, features, ebvMap = null } of rows) {
    const { candid } = alert;
    if ((await insertAlert(alertRow(alert, pullId, at))) === 0) continue;
    fresh.add(candid);
    await insertFeatures({ candid, ...features, ebv_map: ebvMap, recipe: FEATURE_RECIPE });
    await noteStamps(db, candid);
    await keepObject(alert);
    objects.add(alert.objectId);
  }
  await addToCount(db, 'alerts', fresh.size);
  await refreshPool(db, [...objects]);
  return fresh;
};

/** The stored alerts with these candids, by candid. */
export const findAlerts = async (db: Db, candids: readonly Candid[]): Promise<Map<Candid, Alert>> => {
  if (candids.length === 0) return new Map();
  const rows = await db.selectFrom('alerts').selectAll().where('candid', 'in', candids).execute();
  return new Map(rows.map((row) => [row.candid, alertFromRow(row)]));
};

/** Replaces a stored alert's values by those of a fuller packet. Call it inside a transaction. */
export const completeAlert = async (db: Db, { alert, features, ebvMap = null }: KeptAlert): Promise<void> => {
  const { candid, stored_at: _, pull_id: __, ...values } = alertRow(alert, 0, '');
  await db.updateTable('alerts').set(values).where('candid', '=', candid).execute();
  await db
    .updateTable('features')
    .set({ ...features, ebv_map: ebvMap, recipe: FEATURE_RECIPE })
    .where('candid', '=', candid)
    .execute();
  await markScoresStale(db, [candid]);
  // It may have a positive detection now.
  await refreshPool(db, [alert.objectId]);
};

/** Which of these candids are stored already. */
export const knownCandids = async (db: Db, candids: readonly Candid[]): Promise<Set<Candid>> => {
  if (candids.length === 0) return new Set();
  const rows = await db.selectFrom('alerts').select('candid').where('candid', 'in', candids).execute();
  return new Set(rows.map((row) => row.candid));
};

/** A packet's facts about the position, as stored (JSON). */
const contextFrom = (text: string) => contextSchema.parse(JSON.parse(text));

/** A light curve as stored (JSON). */
const epochsOf = (text: string) => epochsSchema.parse(JSON.parse(text));

/** A complete alert, without stamps (`stampsOf` reads them). */
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
  context: contextFrom(row.context),
  epochs: epochsOf(row.epochs),
  ...(row.forced === null ? {} : { forced: forcedSchema.parse(JSON.parse(row.forced)) }),
  storedFeatures: storedFeaturesSchema.parse(JSON.parse(row.stored_features)),
  stamps: { science: null, template: null, difference: null },
});

export const findAlert = async (db: Db, candid: Candid): Promise<Alert | null> => {
  const row = await db.selectFrom('alerts').selectAll().where('candid', '=', candid).executeTakeFirst();
  return row === undefined ? null : alertFromRow(row);
};

/** The newest alert of an object; null without any. */
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
