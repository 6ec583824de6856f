import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finkvra, temporaryFolder } from '../../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';

const python = join(import.meta.dirname, '..', '..', '..', '.cache', 'venv', 'bin', 'python');

/** Reads the archive twice and prints what it holds; the counts are taken as the reference's make_features does. */
const READ = `
import json, sys
import numpy as np, pandas as pd, pyarrow.parquet as pq
path = sys.argv[1]
table = pq.read_table(path)
data = pd.read_parquet(path)
feats = ['amplitude', 'linear_fit_reduced_chi2', 'linear_fit_slope', 'linear_fit_slope_sigma', 'median', 'median_absolute_deviation']
rows = {}
for _, row in data.iterrows():
    mag = row['mag']
    rows[str(row['candid'])] = {
        'objectId': row['objectId'], 'ra': row['ra'], 'dec': row['dec'],
        'epochs': [len(row[c]) for c in ('mjd', 'mag', 'maglim', 'fid', 'isdiffpos')],
        'measured': int(sum(~pd.isna(mag))), 'limits': int(sum(pd.isna(mag))),
        'positive': int(sum(x in ('t', '1') for x in row['isdiffpos'])),
        'median': None if pd.isna(mag).all() else float(np.nanmedian(mag)),
        'first_mjd': float(row['mjd'][0]),
        'g': {k: (None if v is None or pd.isna(v) else v) for k, v in pd.Series(row['lc_features_g'])[feats].items()},
        'r': {k: (None if v is None or pd.isna(v) else v) for k, v in pd.Series(row['lc_features_r'])[feats].items()},
    }
print(json.dumps({'columns': list(data.columns), 'types': {c: str(t) for c, t in data.dtypes.items()},
  'arrow': {f.name: str(f.type) for f in table.schema}, 'rows': rows}))
`;

interface Read {
  readonly columns: string[];
  readonly types: Record<string, string>;
  readonly arrow: Record<string, string>;
  readonly rows: Record<
    string,
    {
      objectId: string;
      ra: number;
      dec: number;
      epochs: number[];
      measured: number;
      limits: number;
      positive: number;
      median: number | null;
      first_mjd: number;
      g: Record<string, number | null>;
      r: Record<string, number | null>;
    }
  >;
}

describe.skipIf(!hasSharedData)(`a pull's archive in pandas and pyarrow${sharedNote}`, () => {
  const folder = temporaryFolder();
  const env = { DATA_DIR: folder.path };
  let read: Read;

  beforeAll(async () => {
    const files = ['transfer', 'labelled.avro', 'live-2025.parquet', 'simbad-2021.parquet'];
    const paths = files.map((name) => sharedPath('alerts', name));
    const pulled = await finkvra(['pull', '--no-filter', '--from', ...paths], env);
    expect(pulled.code, pulled.stderr).toBe(0);
    const [file] = readdirSync(join(folder.path, 'archive'));
    expect(file).toMatch(/^\d{8}_\d{6}_alerts\.parquet$/);
    const { stdout } = await promisify(execFile)(
      python,
      ['-c', READ, join(folder.path, 'archive', file ?? '')],
      { maxBuffer: 64e6 },
    );
    read = JSON.parse(stdout);
  });

  afterAll(() => folder.remove());

  test('has the reference’s columns, in its order and of its types', () => {
    expect(read.columns.slice(0, 14)).toEqual(
      'candid objectId ra dec drb mjd mag maglim fid isdiffpos lc_features_g lc_features_r sherl_class sep_arcsec'.split(
        ' ',
      ),
    );
    expect(read.types).toMatchObject({
      candid: 'int64',
      ra: 'float64',
      drb: 'float64',
      sep_arcsec: 'float64',
    });
    expect(read.arrow).toMatchObject({
      candid: 'int64',
      mjd: 'list<element: double>',
      fid: 'list<element: int64>',
      isdiffpos: 'list<element: string>',
    });
    expect(read.arrow.lc_features_g).toMatch(
      /^struct<amplitude: double, .*median_absolute_deviation: double>$/,
    );
  });

  test('has every alert with its light curve and features, to the last digit', async () => {
    const { stdout } = await finkvra(['export', 'alerts', '--json'], env);
    const alerts: Record<string, number | string | null>[] = JSON.parse(stdout);
    expect(Object.keys(read.rows)).toHaveLength(276);
    expect(alerts).toHaveLength(276);
    for (const alert of alerts) {
      const row = read.rows[String(alert.candid)];
      if (row === undefined) throw new Error(`${alert.candid} is not in the archive`);
      expect(row).toMatchObject({ objectId: alert.object_id, ra: alert.ra, dec: alert.dec });
      expect(new Set(row.epochs).size).toBe(1);
      expect(row.positive).toBe(alert.ndets);
      expect(row.limits).toBe(alert.nnondets);
      expect(row.first_mjd + 2_400_000.5).toBeCloseTo(Number(alert.jd), 9);
      expect(row.g.amplitude).toBe(alert.amplitude);
      expect(row.g.linear_fit_slope).toBe(alert.linear_fit_slope);
      expect(row.r.median).toBe(alert.medianr_);
      expect(row.r.linear_fit_reduced_chi2).toBe(alert.linear_fit_reduced_chi2r_);
    }
  });
});
