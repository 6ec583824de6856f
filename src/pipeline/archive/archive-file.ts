import pl from 'nodejs-polars';
import { type AlertContext, type BandFeatures, type Epoch, NO_CONTEXT } from '../alert.ts';
import {
  ARCHIVED_CONTEXT,
  ARCHIVED_EPOCH_NUMBERS,
  list,
  numeric,
  type RestoredAlert,
  text,
} from './archive-columns.ts';

/** True for a Parquet file in the archive's layout, ours or the reference program's. */
export const isArchiveFile = async (path: string): Promise<boolean> => {
  if (!path.toLowerCase().endsWith('.parquet')) return false;
  try {
    const { columns } = await pl.scanParquet(path).slice(0, 0).collect();
    return ['candid', 'objectId', 'mjd', 'mag', 'fid', 'lc_features_g'].every((name) =>
      columns.includes(name),
    );
  } catch {
    // Not Parquet at all: whoever reads it as packets says so in better words.
    return false;
  }
};

/** The number of alerts of a Parquet file. */
export const countArchiveFile = async (path: string): Promise<number> => {
  const frame = await pl.scanParquet(path).select(pl.len().alias('rows')).collect();
  return Number(frame.getColumn('rows').get(0));
};

const ROWS_AT_A_TIME = 256;

const PLAIN = ['objectId', 'ra', 'dec', 'drb', 'mjd', 'mag', 'maglim', 'fid', 'isdiffpos', 'sep_arcsec'];

const bandOf = (values: Readonly<Record<string, unknown>>): BandFeatures => ({
  amplitude: numeric(values.amplitude),
  linear_fit_reduced_chi2: numeric(values.linear_fit_reduced_chi2),
  linear_fit_slope: numeric(values.linear_fit_slope),
  linear_fit_slope_sigma: numeric(values.linear_fit_slope_sigma),
  median: numeric(values.median),
  median_absolute_deviation: numeric(values.median_absolute_deviation),
});

const epochsOf = (row: Readonly<Record<string, unknown>>): Epoch[] => {
  const [mag, maglim, fid] = [list(row.mag), list(row.maglim), list(row.fid)];
  const [sigmapsf, distnr, magnr, sigmagnr] = ARCHIVED_EPOCH_NUMBERS.map((name) => list(row[name]));
  // Files from before the reference kept isdiffpos: every detection counts, as it did there.
  const signs = row.isdiffpos === undefined ? null : list(row.isdiffpos);
  return list(row.mjd).map((mjd, i) => {
    const magpsf = numeric(mag[i]);
    return {
      jd: (numeric(mjd) ?? Number.NaN) + 2_400_000.5,
      fid: numeric(fid[i]) ?? 0,
      magpsf,
      sigmapsf: numeric(sigmapsf?.[i]),
      diffmaglim: numeric(maglim[i]),
      isdiffpos: magpsf === null ? null : signs === null ? 't' : text(signs[i]),
      distnr: numeric(distnr?.[i]),
      magnr: numeric(magnr?.[i]),
      sigmagnr: numeric(sigmagnr?.[i]),
    };
  });
};

const contextOf = (row: Readonly<Record<string, unknown>>): AlertContext => {
  const known = (field: keyof typeof ARCHIVED_CONTEXT): number | null =>
    numeric(row[ARCHIVED_CONTEXT[field]]);
  return {
    ...NO_CONTEXT,
    sgscore1: known('sgscore1'),
    distpsnr1: known('distpsnr1'),
    nmtchps: known('nmtchps'),
    neargaia: known('neargaia'),
    jdstarthist: known('jdstarthist'),
    ndethist: known('ndethist'),
    ncovhist: known('ncovhist'),
    classtar: known('classtar'),
    sharpnr: known('sharpnr'),
    chinr: known('chinr'),
    plx: known('plx'),
    plxError: known('plxError'),
  };
};

const restore = (
  row: Readonly<Record<string, unknown>>,
  g: Readonly<Record<string, unknown>>,
  r: Readonly<Record<string, unknown>>,
): RestoredAlert => {
  const [candid, objectId] = [text(row.candid), text(row.objectId)];
  const epochs = epochsOf(row);
  const [current] = epochs;
  if (candid === null || objectId === null || current === undefined) {
    throw new Error(`the alert ${candid ?? ''} has no candid, no objectId or no epoch`);
  }
  return {
    alert: {
      candid,
      objectId,
      jd: current.jd,
      ra: numeric(row.ra) ?? Number.NaN,
      dec: numeric(row.dec) ?? Number.NaN,
      fid: current.fid,
      magpsf: current.magpsf ?? Number.NaN,
      sigmapsf: current.sigmapsf,
      drb: numeric(row.drb),
      rb: null,
      roid: null,
      cdsxmatch: null,
      context: contextOf(row),
      epochs,
      storedFeatures: { g: bandOf(g), r: bandOf(r) },
      stamps: { science: null, template: null, difference: null },
    },
    sepArcsec: numeric(row.sep_arcsec),
  };
};

/**
 * The alerts of an archive file, some hundred at a time. What the reference's layout does not keep (errors of the
 * magnitudes, the template's source, what lies at the place) is missing in files of that layout; the reference's
 * light-curve features are those in the file.
 * @throws Error when the file cannot be read or is of another layout
 */
export async function* readArchiveFile(path: string): AsyncGenerator<RestoredAlert[], void, void> {
  const rows = await countArchiveFile(path);
  const { columns } = await pl.scanParquet(path).slice(0, 0).collect();
  const plain = [...PLAIN, ...ARCHIVED_EPOCH_NUMBERS, ...Object.values(ARCHIVED_CONTEXT)]
    .filter((name) => columns.includes(name))
    .map((name) => pl.col(name));
  for (let start = 0; start < rows; start += ROWS_AT_A_TIME) {
    const frame = await pl
      .scanParquet(path)
      .slice(start, ROWS_AT_A_TIME)
      .select(pl.col('candid').cast(pl.String), ...plain, pl.col('lc_features_g'), pl.col('lc_features_r'))
      .collect();
    const bands = ['lc_features_g', 'lc_features_r'].map((name) =>
      frame.select(name).unnest(name).toRecords(),
    );
    const alerts = frame
      .drop('lc_features_g', 'lc_features_r')
      .toRecords()
      .map((row, i) => restore(row, bands[0]?.[i] ?? {}, bands[1]?.[i] ?? {}));
    yield alerts;
  }
}
