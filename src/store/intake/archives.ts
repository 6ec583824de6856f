import type { BandFeatures, Candid, ObjectId } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';
import { contextFrom, epochsOf } from './alerts.ts';

/** A pull whose archive file is missing, or has fewer alerts than the pull has kept by now. */
export interface UnarchivedPull {
  readonly pullId: number;
  readonly startedAt: string;
  /** Name of its file, if it has one already. */
  readonly file: string | null;
  readonly alerts: number;
}

/**
 * Pulls that kept alerts and whose file is not written with all of them: those just ended, those that were
 * cut off, and those that went on after their file was written.
 */
export const unarchivedPulls = async (db: Db): Promise<UnarchivedPull[]> =>
  db
    .selectFrom('pulls as p')
    .leftJoin('archives as r', 'r.pull_id', 'p.id')
    .innerJoin(
      (eb) =>
        eb
          .selectFrom('alerts')
          .groupBy('pull_id')
          .select((e) => ['pull_id', e.fn.countAll<number>().as('alerts')])
          .as('k'),
      (join) => join.onRef('k.pull_id', '=', 'p.id'),
    )
    .where((eb) => eb.or([eb('r.written_at', 'is', null), eb('r.rows', '<>', eb.ref('k.alerts'))]))
    .select(['p.id as pullId', 'p.started_at as startedAt', 'r.file', 'k.alerts'])
    .orderBy('p.id')
    .execute();

/** Takes a file name for a pull; false when another pull has it. */
export const takeArchiveName = async (db: Db, pullId: number, file: string): Promise<boolean> => {
  const taken = await db
    .insertInto('archives')
    .values({ pull_id: pullId, file, rows: 0, written_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('file')
    .executeTakeFirst();
  if (taken !== undefined) return true;
  const mine = await db
    .selectFrom('archives')
    .select('file')
    .where('pull_id', '=', pullId)
    .executeTakeFirst();
  return mine?.file === file;
};

export const archiveWritten = async (db: Db, pullId: number, rows: number, at: string): Promise<void> => {
  await db.updateTable('archives').set({ rows, written_at: at }).where('pull_id', '=', pullId).execute();
};

/** An alert of a pull with what its archive row needs. */
export interface ArchivableAlert {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  readonly ra: number;
  readonly dec: number;
  readonly drb: number | null;
  readonly epochs: ReturnType<typeof epochsOf>;
  /** The light-curve features in use, by band: stored in the packet, or computed. */
  readonly g: BandFeatures;
  readonly r: BandFeatures;
  readonly sherlockClass: string | null;
  readonly sepArcsec: number | null;
  readonly context: ReturnType<typeof contextFrom>;
}

/** The alerts of a pull in order of candid, a page at a time. */
export async function* alertsOfPull(db: Db, pullId: number, pageSize: number) {
  let after = '';
  while (true) {
    const rows = await db
      .selectFrom('alerts as a')
      .innerJoin('features as f', 'f.candid', 'a.candid')
      .leftJoin('sherlock as s', 's.object_id', 'a.object_id')
      .where('a.pull_id', '=', pullId)
      .where('a.candid', '>', after)
      .orderBy('a.candid')
      .limit(pageSize)
      .select([
        'a.candid',
        'a.object_id',
        'a.ra',
        'a.dec',
        'a.drb',
        'a.epochs',
        'a.context',
        's.class',
        'f.sep_arcsec',
      ])
      .select(['f.amplitude', 'f.median', 'f.median_absolute_deviation'])
      .select(['f.linear_fit_reduced_chi2', 'f.linear_fit_slope', 'f.linear_fit_slope_sigma'])
      .select(['f.amplituder_', 'f.medianr_', 'f.median_absolute_deviationr_'])
      .select(['f.linear_fit_reduced_chi2r_', 'f.linear_fit_sloper_', 'f.linear_fit_slope_sigmar_'])
      .execute();
    yield rows.map(
      (row): ArchivableAlert => ({
        candid: row.candid,
        objectId: row.object_id,
        ra: row.ra,
        dec: row.dec,
        drb: row.drb,
        epochs: epochsOf(row.epochs),
        g: {
          amplitude: row.amplitude,
          linear_fit_reduced_chi2: row.linear_fit_reduced_chi2,
          linear_fit_slope: row.linear_fit_slope,
          linear_fit_slope_sigma: row.linear_fit_slope_sigma,
          median: row.median,
          median_absolute_deviation: row.median_absolute_deviation,
        },
        r: {
          amplitude: row.amplituder_,
          linear_fit_reduced_chi2: row.linear_fit_reduced_chi2r_,
          linear_fit_slope: row.linear_fit_sloper_,
          linear_fit_slope_sigma: row.linear_fit_slope_sigmar_,
          median: row.medianr_,
          median_absolute_deviation: row.median_absolute_deviationr_,
        },
        sherlockClass: row.class,
        sepArcsec: row.sep_arcsec,
        context: contextFrom(row.context),
      }),
    );
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.candid;
  }
}
