import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { NO_CONTEXT } from '../../../src/pipeline/alert.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { featureDocs } from '../../../src/pipeline/features/feature-docs.ts';
import {
  FEATURE_COLUMNS,
  FEATURE_NAMES,
  FEATURE_SETS,
  featureNames,
} from '../../../src/pipeline/features/feature-table.ts';
import { alert, detection, upperLimit } from './epochs.ts';

describe('the table of features', () => {
  it('names each column once, and says of each what it is', () => {
    expect(new Set(FEATURE_NAMES).size).toBe(FEATURE_NAMES.length);
    for (const { name, unit, meaning, source, missing, words, sets } of FEATURE_COLUMNS) {
      for (const text of [unit, meaning, source, missing, words]) expect(text, name).not.toBe('');
      expect(sets.length, name).toBeGreaterThan(0);
    }
  });

  it('is what docs/features.md says (node bin/finkvra-node.mjs scripts/write-feature-docs.ts writes it)', () => {
    const path = new URL('../../../docs/features.md', import.meta.url);
    expect(readFileSync(path, 'utf8')).toBe(featureDocs());
  });

  it('has the reference’s 21 first', () => {
    expect(featureNames('reference')).toEqual(FEATURE_NAMES.slice(0, 21));
  });

  test.each(FEATURE_SETS)('%s tells no two of its columns by the same words', (set) => {
    const words = FEATURE_COLUMNS.filter(({ sets }) => sets.some((one) => one === set)).map(
      (one) => one.words,
    );
    expect(new Set(words).size).toBe(words.length);
  });

  it('has no column of what labels are made of', () => {
    for (const { source } of FEATURE_COLUMNS) {
      expect(source).not.toMatch(/cdsxmatch|tns|vsx|gcvs|spicy|DR3Name/i);
    }
  });
});

describe('the inputs of the other sets', () => {
  it('count and measure a repeated (jd, fid) once, where the reference counts it twice', () => {
    const twice = [detection(), detection({ magpsf: 12 }), upperLimit({ jd: 2460999.5 })];
    const features = alertFeatures(alert({ epochs: [...twice, upperLimit({ jd: 2460999.5 })] }));
    expect([features.ndets, features.nnondets]).toEqual([2, 2]);
    expect([features.positive_detections, features.upper_limits]).toEqual([1, 1]);
    expect([features.positive_median, features.positive_std, features.g_median]).toEqual([20, 0, 20]);
  });

  it('measure the photometry where the packet brings features of another recipe', () => {
    const g = {
      amplitude: 1,
      linear_fit_reduced_chi2: 2,
      linear_fit_slope: 3,
      linear_fit_slope_sigma: 4,
      median: 5,
      median_absolute_deviation: 6,
    };
    const features = alertFeatures(alert({ storedFeatures: { g, r: null } }));
    expect([features.median, features.g_median]).toEqual([5, 20]);
  });

  it('say how long it has been seen, up to 200 days', () => {
    const since = (jdstarthist: number | null) =>
      alertFeatures(alert({ context: { ...NO_CONTEXT, jdstarthist } })).age;
    expect([since(2461000.5 - 12), since(2460000.5), since(2461001), since(null)]).toEqual([
      12,
      200,
      0,
      null,
    ]);
  });

  it('say which share of the detections is fainter than the template', () => {
    const signs = ['t', 'f', '0', '1'].map((isdiffpos, i) => detection({ jd: 2461000.5 - i, isdiffpos }));
    expect(alertFeatures(alert({ epochs: signs })).negative_share).toBe(0.5);
  });

  it('measure colour and rates by hand', () => {
    const at = (days: number, fid: number, magpsf: number) =>
      detection({ jd: 2461000.5 - days, fid, magpsf });
    const epochs = [at(0, 1, 19.5), at(0.1, 2, 19), at(4, 1, 18), at(4.2, 2, 17.8), at(8, 1, 20)];
    const features = alertFeatures(alert({ epochs }));
    expect(features.colour).toBeCloseTo(0.5, 12);
    expect(features.colour_rate).toBeCloseTo((0.5 - 0.2) / 4, 12);
    // g: from 20 to 18 in 4 days, then to 19.5 in 4; r: only from 17.8 to 19 in 4.1.
    expect(features.rise_rate).toBeCloseTo(0.5, 12);
    expect(features.fall_rate).toBeCloseTo(0.375, 12);
    const single = alertFeatures(alert());
    expect([single.colour, single.colour_rate, single.rise_rate, single.fall_rate]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('take what the packet says of the place, and nothing for what it spells as missing', () => {
    const context = { ...NO_CONTEXT, sgscore1: 0.9, plx: 2, plxError: 0.5 };
    const features = alertFeatures(
      alert({ context, magpsf: 20, epochs: [detection({ magnr: 18, distnr: 0.3 })] }),
    );
    expect(features).toMatchObject({
      sgscore1: 0.9,
      distpsnr1: null,
      parallax_significance: 4,
      contrast: 2,
      distnr: 0.3,
    });
    const none = alertFeatures(alert({ epochs: [detection({ magnr: -999, distnr: -999 })] }));
    expect([none.magnr, none.distnr, none.contrast, none.parallax_significance]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
