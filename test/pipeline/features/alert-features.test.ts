import { expect, it } from 'vitest';
import type { BandFeatures } from '../../../src/pipeline/alert.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { FEATURE_NAMES } from '../../../src/pipeline/features/feature-table.ts';
import { alert, detection } from './epochs.ts';

const stored: BandFeatures = {
  amplitude: 1,
  linear_fit_reduced_chi2: 2,
  linear_fit_slope: 3,
  linear_fit_slope_sigma: 4,
  median: 5,
  median_absolute_deviation: 6,
};
const nothing: BandFeatures = {
  amplitude: null,
  linear_fit_reduced_chi2: null,
  linear_fit_slope: null,
  linear_fit_slope_sigma: null,
  median: null,
  median_absolute_deviation: null,
};
const epochs = [detection({ magpsf: 20 }), detection({ fid: 2, magpsf: 19 })];

it('has the 21 columns in the reference’s order', () => {
  expect(Object.keys(alertFeatures(alert()))).toEqual([...FEATURE_NAMES]);
});

it('takes the packet’s features where it has some and computes the other band’s', () => {
  const features = alertFeatures(alert({ epochs, storedFeatures: { g: null, r: stored } }));
  expect([features.median, features.amplitude, features.linear_fit_slope]).toEqual([20, 0, null]);
  expect([
    features.amplituder_,
    features.linear_fit_reduced_chi2r_,
    features.linear_fit_sloper_,
    features.linear_fit_slope_sigmar_,
    features.medianr_,
    features.median_absolute_deviationr_,
  ]).toEqual([1, 2, 3, 4, 5, 6]);
});

it('computes a band whose stored record has nothing but nulls', () => {
  expect(alertFeatures(alert({ epochs, storedFeatures: { g: nothing, r: nothing } })).medianr_).toBe(19);
});

it('takes a stored NaN as missing and does not compute in its place', () => {
  const g = { ...nothing, median: Number.NaN, amplitude: 0.5 };
  const features = alertFeatures(alert({ epochs, storedFeatures: { g, r: null } }));
  expect([features.median, features.amplitude, features.medianr_]).toEqual([null, 0.5, 19]);
});

it('has the separation and E(B-V) when they are known, zero included', () => {
  const features = alertFeatures(alert(), { sepArcsec: 0, ebv: 0.031 });
  expect([features.sep_arcsec, features.ebv]).toEqual([0, 0.031]);
});

it('leaves what nobody knows missing', () => {
  const features = alertFeatures(alert({ drb: null }), { sepArcsec: null });
  expect([features.drb, features.sep_arcsec, features.ebv]).toEqual([null, null, null]);
});
