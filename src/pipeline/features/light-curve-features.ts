import type { BandFeatures, Epoch } from '../alert.ts';
import { type BandLightCurve, lightCurve } from './light-curve.ts';
import { linearFit } from './linear-fit.ts';
import { orderStatistics } from './order-statistics.ts';

/**
 * The six light-curve features of g and of r, computed from the photometry (`Alert.epochs`: the current
 * epoch first) as Fink computes those it stores in a packet. A feature that its band has too few points for
 * is null.
 */
export const lightCurveFeatures = (epochs: readonly Epoch[]): { g: BandFeatures; r: BandFeatures } => {
  const { g, r } = lightCurve(epochs);
  return { g: bandFeatures(g), r: bandFeatures(r) };
};

function bandFeatures({ t, m, sigma }: BandLightCurve): BandFeatures {
  const fit = linearFit(t, m, sigma);
  const { amplitude, median, medianAbsoluteDeviation } = orderStatistics(m);
  return {
    amplitude,
    linear_fit_reduced_chi2: fit?.reducedChi2 ?? null,
    linear_fit_slope: fit?.slope ?? null,
    linear_fit_slope_sigma: fit?.slopeSigma ?? null,
    median,
    median_absolute_deviation: medianAbsoluteDeviation,
  };
}
