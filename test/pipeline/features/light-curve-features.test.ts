import { expect, it } from 'vitest';
import { lightCurveFeatures } from '../../../src/pipeline/features/light-curve-features.ts';
import { detection, upperLimit } from './epochs.ts';

it('gives the six features of each band', () => {
  const { g, r } = lightCurveFeatures([
    detection({ jd: 2, magpsf: 23, sigmapsf: 1 }),
    detection({ jd: 0, magpsf: 20, sigmapsf: 1 }),
    detection({ jd: 1, magpsf: 20, sigmapsf: 1 }),
    detection({ jd: 1, fid: 2, magpsf: 19 }),
    detection({ jd: 2, fid: 2, magpsf: 19.5 }),
  ]);
  expect(g).toEqual({
    amplitude: 1.5,
    linear_fit_reduced_chi2: 1.5,
    linear_fit_slope: 1.5,
    linear_fit_slope_sigma: expect.closeTo(Math.SQRT1_2, 12),
    median: 20,
    median_absolute_deviation: 0,
  });
  expect(r).toEqual({
    amplitude: 0.25,
    linear_fit_reduced_chi2: null,
    linear_fit_slope: null,
    linear_fit_slope_sigma: null,
    median: 19.25,
    median_absolute_deviation: 0.25,
  });
});

it('has nothing to say of a band that was only looked at', () => {
  const { r } = lightCurveFeatures([detection(), upperLimit({ fid: 2 })]);
  expect(Object.values(r)).toEqual([null, null, null, null, null, null]);
});
