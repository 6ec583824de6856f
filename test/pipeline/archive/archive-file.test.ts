import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterAll, expect, test } from 'vitest';
import { type Alert, NO_CONTEXT } from '../../../src/pipeline/alert.ts';
import { readArchiveFile } from '../../../src/pipeline/archive/archive-file.ts';
import { writeArchive } from '../../../src/pipeline/archive/write-archive.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { featureNames } from '../../../src/pipeline/features/feature-table.ts';
import { lightCurveFeatures } from '../../../src/pipeline/features/light-curve-features.ts';
import { temporaryFolder } from '../../helpers/service.ts';
import { alert, detection, upperLimit } from '../features/epochs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Columns of the reference's files, in its order. */
const REFERENCE_COLUMNS =
  'candid objectId ra dec drb mjd mag maglim fid isdiffpos lc_features_g lc_features_r sherl_class sep_arcsec';

const made: Alert = alert({
  candid: '3063176310015015002',
  magpsf: 19.5,
  epochs: [
    detection({ magpsf: 19.5, distnr: 0.4, magnr: 18.25, sigmagnr: 0.03, sigmapsf: 0.11 }),
    detection({ jd: 2460998.5, fid: 2, magpsf: 19, isdiffpos: 'f', distnr: 0.5, magnr: 18 }),
    detection({ jd: 2460996.5, magpsf: 19.25 }),
    upperLimit({ jd: 2460990.5 }),
  ],
  context: {
    ...NO_CONTEXT,
    sgscore1: 0.75,
    distpsnr1: 0.2,
    nmtchps: 7,
    neargaia: 0.3,
    jdstarthist: 2460980.5,
    ndethist: 12,
    ncovhist: 800,
    classtar: 0.95,
    sharpnr: -0.02,
    chinr: 0.7,
    plx: 1.5,
    plxError: 0.25,
  },
});

test('an archive file has the reference’s columns first, then what every feature set needs', async () => {
  const path = join(folder.path, 'alerts.parquet');
  const { g, r } = lightCurveFeatures(made.epochs);
  async function* pages() {
    const [epochs, context] = [JSON.stringify(made.epochs), JSON.stringify(made.context)];
    yield [{ ...made, epochs, context, g, r, sherlockClass: null, sepArcsec: 0.25 }];
  }
  expect(await writeArchive(path, pages())).toBe(1);

  const { columns } = await pl.scanParquet(path).collect();
  expect(columns.slice(0, 14)).toEqual(REFERENCE_COLUMNS.split(' '));
  expect(columns.at(-1)).toBe('layout');

  const restored = [];
  for await (const page of readArchiveFile(path)) restored.push(...page);
  expect(restored).toHaveLength(1);
  const [one] = restored;
  if (one === undefined) throw new Error('nothing was restored');
  const before = alertFeatures(made, { sepArcsec: 0.25 });
  const after = alertFeatures(one.alert, { sepArcsec: one.sepArcsec });
  for (const set of ['reference', 'context', 'wide'] as const) {
    for (const name of featureNames(set)) {
      const value = before[name];
      if (value === null) expect(after[name], name).toBeNull();
      else expect(after[name], name).toBeCloseTo(value, 6);
    }
  }
});
