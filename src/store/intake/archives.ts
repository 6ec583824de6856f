import type { BandFeatures, Candid, ObjectId } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';

/** A pull whose archive file is missing or incomplete. */
export interface UnarchivedPull {
  readonly pullId: number;
  readonly startedAt: string;
  /** The file's name, if it has one. */
  readonly file: string | null;
}

/**
 * Ended pulls that kept alerts and lack a complete file: just ended, interrupted, or continued after the file was
 * written.
 */
export const unarchivedPulls = async (db: Db): Promise<UnarchivedPull[]> =>
  db
    .selectFrom('pulls as p')
    .leftJoin('archives as r', 'r.pull_id', 'p.id')
    .where('p.kept', '>', 0)
    .where('p.finished_at', 'is not', null)
    .where((eb) => eb.or([eb('r.written_at', 'is', null), eb('r.rows', '<', eb.ref('p.kept'))]))
    // All its alerts may have been deleted before a file could be written.
    .where((eb) =>
      eb.exists(eb.selectFrom('alerts as a').select('a.candid').whereRef('a.pull_id', '=', 'p.id')),
    )
    .select(['p.id as pullId', 'p.started_at as startedAt', 'r.file'])
    .orderBy('p.id')
    .execute();

/** Reserves a file name for a pull; false if another pull has it. */
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

/** The data of an archive row; epochs and context are the stored JSON. */
export interface ArchivableAlert {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  readonly ra: number;
  readonly dec: number;
  readonly drb: number | null;
  readonly epochs: string;
  readonly context: string;
  /** The light-curve features in use, by band: from the packet, or computed. */
  readonly g: BandFeatures;
  readonly r: BandFeatures;
  readonly sherlockClass: string | null;
  readonly sepArcsec: number | null;
}

const archivable = (db: Db) =>
  db
    .selectFrom('alerts as a')
    .innerJoin('features as f', 'f.candid', 'a.candid')
    .leftJoin('sherlock as s', 's.object_id', 'a.object_id')
    .select(['a.candid', 'a.object_id', 'a.ra', 'a.dec', 'a.drb', 'a.epochs', 'a.context'])
    .select(['s.class', 'f.sep_arcsec'])
    .select(['f.amplitude', 'f.median', 'f.median_absolute_deviation'])
    .select(['f.linear_fit_reduced_chi2', 'f.linear_fit_slope', 'f.linear_fit_slope_sigma'])
    .select(['f.amplituder_', 'f.medianr_', 'f.median_absolute_deviationr_'])
    .select(['f.linear_fit_reduced_chi2r_', 'f.linear_fit_sloper_', 'f.linear_fit_slope_sigmar_']);

type ArchivableRow = Awaited<ReturnType<ReturnType<typeof archivable>['execute']>>[number];

const fromRow = (row: ArchivableRow): ArchivableAlert => ({
  candid: row.candid,
  objectId: row.object_id,
  ra: row.ra,
  dec: row.dec,
  drb: row.drb,
  epochs: row.epochs,
  context: row.context,
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
});

/** These alerts, a few dozen. */
export const archivableAlerts = async (db: Db, candids: readonly Candid[]): Promise<ArchivableAlert[]> =>
  (await archivable(db).where('a.candid', 'in', candids).execute()).map(fromRow);

/** A pull's alerts in order of candid, page by page. */
export async function* alertsOfPull(db: Db, pullId: number, pageSize: number) {
  let after = '';
  while (true) {
    const rows = await archivable(db)
      .where('a.pull_id', '=', pullId)
      .where('a.candid', '>', after)
      .orderBy('a.candid')
      .limit(pageSize)
      .execute();
    yield rows.map(fromRow);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.candid;
  }
}
