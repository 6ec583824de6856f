import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import {
  type FeatureRow,
  featureFrame,
  toFeatureMatrix,
  writeFeatures,
} from '../../../src/pipeline/features/feature-frame.ts';
import { featureNames } from '../../../src/pipeline/features/feature-table.ts';
import { alert, detection } from './epochs.ts';

const row = (candid: string, extra: { sepArcsec?: number } = {}): FeatureRow => ({
  candid,
  objectId: `ZTF25aaa${candid.slice(-4)}`,
  features: alertFeatures(alert({ epochs: [detection({ magpsf: 0.1 + 0.2 })] }), extra),
});
// A column may begin with many missing values: 200 rows before the only separation.
const rows = [
  ...Array.from({ length: 200 }, (_, i) => row(`306317631001501${1000 + i}`)),
  row('3063176310015015002', { sepArcsec: 1.25 }),
];
const FEATURE_NAMES = featureNames('reference');
const columns = ['candid', 'objectId', ...FEATURE_NAMES];

describe('the frames', () => {
  const { X, meta } = featureFrame(rows);

  it('have candid and the 21 columns, and candid and objectId', () => {
    expect(X.columns).toEqual(['candid', ...FEATURE_NAMES]);
    expect(meta.columns).toEqual(['candid', 'objectId']);
    expect([X.height, meta.height]).toEqual([201, 201]);
  });

  it('keep candids whole and features as float64', () => {
    expect(X.getColumn('candid').toArray().at(-1)).toBe('3063176310015015002');
    expect(FEATURE_NAMES.every((name) => X.getColumn(name).dtype.equals(pl.Float64))).toBe(true);
  });

  it('have null where a feature is missing', () => {
    expect(X.getColumn('sep_arcsec').nullCount()).toBe(200);
    expect(X.getColumn('sep_arcsec').toArray().at(-1)).toBe(1.25);
  });

  it('have their columns without rows too', () => {
    expect(featureFrame([]).X.columns).toEqual(['candid', ...FEATURE_NAMES]);
  });
});

describe('the files', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'finkvra-features-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are CSV with empty fields where a value is missing, and every digit where it is not', () => {
    const path = join(folder, 'features.csv');
    writeFeatures(path, rows);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const fields = lines.at(-1)?.split(',') ?? [];
    expect(lines).toHaveLength(202);
    expect(lines[0]).toBe(columns.join(','));
    expect(fields[columns.indexOf('candid')]).toBe('3063176310015015002');
    expect(fields[columns.indexOf('sep_arcsec')]).toBe('1.25');
    expect(Number(fields[columns.indexOf('median')])).toBe(0.1 + 0.2);
    expect(fields[columns.indexOf('ebv')]).toBe('');
  });

  it('hold no formula in CSV, whatever an object calls itself', () => {
    const path = join(folder, 'hostile.csv');
    const [row] = rows;
    if (row === undefined) throw new Error('no row');
    writeFeatures(path, [{ ...row, objectId: '=HYPERLINK("x")' }]);
    expect(readFileSync(path, 'utf8')).toContain(`'=HYPERLINK(`);
  });

  it('are Parquet that reads back the same', () => {
    const path = join(folder, 'features.parquet');
    writeFeatures(path, rows);
    const frame = pl.readParquet(path);
    expect(frame.columns).toEqual(columns);
    expect(frame.getColumn('median').toArray().at(0)).toBe(0.1 + 0.2);
    expect(frame.getColumn('ebv').nullCount()).toBe(201);
  });

  it.each(['features.json', 'features'])('say which endings there are (%s)', (name) => {
    expect(() => writeFeatures(join(folder, name), rows)).toThrow(
      /name a file that ends in \.csv or \.parquet/,
    );
  });

  it('say where they cannot be written', () => {
    expect(() => writeFeatures(join(folder, 'nowhere', 'features.csv'), rows)).toThrow(
      /nowhere.features\.csv/,
    );
  });
});

it('makes the classifier’s matrix, row by row, NaN where missing', () => {
  const { names, rows: count, values } = toFeatureMatrix(rows, featureNames('reference'));
  const at = (i: number, name: (typeof FEATURE_NAMES)[number]) =>
    values[i * names.length + names.indexOf(name)];
  expect([names, count, values.length]).toEqual([FEATURE_NAMES, 201, 201 * 21]);
  expect([at(0, 'ra'), at(0, 'sep_arcsec'), at(200, 'sep_arcsec')]).toEqual([174.1, Number.NaN, 1.25]);
});
