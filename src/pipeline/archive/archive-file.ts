import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import pl from 'nodejs-polars';
import { type AlertContext, type BandFeatures, type Epoch, NO_CONTEXT } from '../alert.ts';
import {
  ARCHIVE_LAYOUT,
  ARCHIVED_BAND_FEATURES,
  ARCHIVED_CONTEXT,
  ARCHIVED_EPOCH_NUMBERS,
  type ArchiveColumns,
  type RestoredAlert,
} from './archive-columns.ts';

const strings = (name: string, values: readonly (string | null)[]): pl.Series =>
  pl.Series(name, [...values], pl.String);
const numbers = (name: string, values: readonly (number | null)[]): pl.Series =>
  pl.Series(name, [...values], pl.Float64);
const lists = (
  name: string,
  values: readonly (readonly (number | string | null)[])[],
  type: pl.DataType,
): pl.Series =>
  pl.Series(
    name,
    values.map((list) => [...list]),
    pl.List(type),
  );

const bandStruct = (name: string, bands: readonly BandFeatures[]): pl.Series =>
  pl
    .DataFrame(
      ARCHIVED_BAND_FEATURES.map((feature) =>
        numbers(
          feature,
          bands.map((band) => band[feature]),
        ),
      ),
    )
    .toStruct(name);

/** Alerts as a frame: the reference's 14 columns, then those of `ARCHIVE_LAYOUT`. */
const archiveFrame = (columns: ArchiveColumns): pl.DataFrame =>
  pl.DataFrame([
    // As text first: a candid does not fit into a JavaScript number.
    strings('candid', columns.candid).cast(pl.Int64),
    strings('objectId', columns.objectId),
    numbers('ra', columns.ra),
    numbers('dec', columns.dec),
    numbers('drb', columns.drb),
    lists('mjd', columns.mjd, pl.Float64),
    lists('mag', columns.mag, pl.Float64),
    lists('maglim', columns.maglim, pl.Float64),
    lists('fid', columns.fid, pl.Int64),
    lists('isdiffpos', columns.isdiffpos, pl.String),
    bandStruct('lc_features_g', columns.g),
    bandStruct('lc_features_r', columns.r),
    strings('sherl_class', columns.sherlClass),
    numbers('sep_arcsec', columns.sepArcsec),
    ...columns.epochNumbers.map(({ name, values }) => lists(name, values, pl.Float64)),
    ...columns.numbers.map(({ name, values }) => numbers(name, values)),
    pl.Series(
      'layout',
      columns.candid.map(() => ARCHIVE_LAYOUT),
      pl.Int64,
    ),
  ]);

const ARROW_SCHEMA_KEY = 'ARROW:schema';
const UNREAD_KEY = 'arrow:unread';

/**
 * Parquet bytes that pandas reads. polars adds its own Arrow schema to the footer, in which strings are
 * views, and pyarrow cannot turn lists of views into pandas' objects. Under another name of the same length
 * nobody reads that schema, and the file's own Parquet schema (plain strings) counts.
 */
const withPlainStrings = (parquet: Buffer): Buffer => {
  const footer = parquet.length - 8 - parquet.readUInt32LE(parquet.length - 8);
  const at = parquet.indexOf(ARROW_SCHEMA_KEY, footer, 'latin1');
  if (at >= 0) parquet.write(UNREAD_KEY, at, 'latin1');
  return parquet;
};

/** Writes an archive file whole or not at all, in place of an older one; returns its number of alerts. */
export const writeArchiveFile = (path: string, pages: readonly ArchiveColumns[]): number => {
  const frames = pages.map(archiveFrame);
  const frame = frames.length === 1 ? frames[0] : pl.concat(frames);
  if (frame === undefined) throw new Error('an archive file needs at least one alert');
  mkdirSync(dirname(path), { recursive: true });
  // Another process may be writing the same pull: each writes its own, and the last one stays.
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, withPlainStrings(Buffer.from(frame.writeParquet({ compression: 'zstd' }))), {
    flush: true,
  });
  renameSync(part, path);
  return frame.height;
};

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

/** A number, or null for what stands for a missing one: null, NaN (as pandas writes it). */
const numeric = (value: unknown): number | null => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : null;
};
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

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
