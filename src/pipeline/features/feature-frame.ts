import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import pl from 'nodejs-polars';
import { defused } from '../../lib/csv.ts';
import type { Candid, ObjectId } from '../alert.ts';
import type { FeatureMatrix } from '../learning/engines/classifier.ts';
import { type FeatureName, type FeatureSet, type Features, featureNames } from './feature-table.ts';

/** One alert's row of a feature table. */
export interface FeatureRow {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  readonly features: Features;
}

/** The two tables of the reference program, row by row the same alerts. */
export interface FeatureFrame {
  /** candid (string) and the features (float64, null where missing): of the reference rows x 22. */
  readonly X: pl.DataFrame;
  /** candid and objectId (strings): rows x 2. */
  readonly meta: pl.DataFrame;
}

/**
 * Features as polars frames.
 *
 * @example const { X, meta } = featureFrame([{ candid, objectId, features: alertFeatures(alert) }]);
 */
export const featureFrame = (rows: readonly FeatureRow[], set: FeatureSet = 'reference'): FeatureFrame => {
  const candid = stringColumn('candid', rows, (row) => row.candid);
  const objectId = stringColumn('objectId', rows, (row) => row.objectId);
  return { X: pl.DataFrame([candid, ...featureColumns(rows, set)]), meta: pl.DataFrame([candid, objectId]) };
};

/** The file endings that `writeFeatures` knows. */
export const FEATURE_FILE_ENDINGS = ['.csv', '.parquet'] as const;

/** Throws, saying what to name instead, unless `writeFeatures` can write a file of this name. */
function assertFeatureFile(path: string): void {
  const ending = extname(path).toLowerCase();
  if (FEATURE_FILE_ENDINGS.some((known) => known === ending)) return;
  const what = ending === '' ? 'has no ending' : `ends in ${ending}`;
  throw new Error(`${path} ${what}: name a file that ends in ${FEATURE_FILE_ENDINGS.join(' or ')}`);
}

/**
 * Writes candid, objectId and the features of a set, one row per alert, to a `.csv` (missing: an empty field) or
 * `.parquet` (missing: null) file, replacing what is there. Throws for another ending and where the file
 * cannot be written.
 */
export const writeFeatures = (
  path: string,
  rows: readonly FeatureRow[],
  set: FeatureSet = 'reference',
): void => {
  assertFeatureFile(path);
  const asCsv = path.toLowerCase().endsWith('.csv');
  const frame = pl.DataFrame([
    stringColumn('candid', rows, (row) => row.candid),
    stringColumn('objectId', rows, (row) => (asCsv ? defused(row.objectId) : row.objectId)),
    ...featureColumns(rows, set),
  ]);
  // Through a buffer: polars panics where it cannot open a path, Node says which path and why.
  writeFileSync(path, asCsv ? frame.writeCSV() : frame.writeParquet({ compression: 'zstd' }));
};

/** Features as the classifiers take them: row-major, in the order of the names, NaN where missing. */
export const toFeatureMatrix = (
  rows: readonly Pick<FeatureRow, 'features'>[],
  names: readonly FeatureName[],
): FeatureMatrix => {
  const values = new Float64Array(rows.length * names.length);
  let at = 0;
  for (const { features } of rows) {
    for (const name of names) values[at++] = features[name] ?? Number.NaN;
  }
  return { names, rows: rows.length, values };
};

const stringColumn = (
  name: string,
  rows: readonly FeatureRow[],
  value: (row: FeatureRow) => string,
): pl.Series => pl.Series(name, rows.map(value), pl.String);

const featureColumns = (rows: readonly FeatureRow[], set: FeatureSet): pl.Series[] =>
  featureNames(set).map((name) =>
    pl.Series(
      name,
      rows.map(({ features }) => features[name]),
      pl.Float64,
    ),
  );
