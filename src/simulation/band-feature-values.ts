import type { Epoch } from '../pipeline/alert.ts';
import { type BandLightCurve, lightCurve } from '../pipeline/features/light-curve.ts';
import { lightCurveFeatures } from '../pipeline/features/light-curve-features.ts';
import type { LeafValues } from './avro-writer.ts';
import { BAND_FEATURES } from './packet-schema.ts';

/**
 * Fink's light-curve features of both bands: those that this pipeline uses and the moments, computed as Fink
 * does; the others are NaN, which is Fink's way to say that there are too few points.
 */
export function bandFeatureValues(epochs: readonly Epoch[]): { g: LeafValues; r: LeafValues } {
  const curve = lightCurve(epochs);
  const { g, r } = lightCurveFeatures(epochs);
  return { g: complete({ ...g, ...moments(curve.g) }), r: complete({ ...r, ...moments(curve.r) }) };
}

const complete = (known: Readonly<Record<string, number | null>>): LeafValues =>
  Object.fromEntries(BAND_FEATURES.map(({ name }) => [name, known[name] ?? Number.NaN]));

function moments({ m, sigma }: BandLightCurve): Record<string, number> {
  const n = m.length;
  if (n === 0) return {};
  const mean = m.reduce((sum, value) => sum + value, 0) / n;
  const weights = sigma.map((value) => 1 / (value * value));
  const weight = weights.reduce((sum, value) => sum + value, 0);
  const weightedMean = m.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / weight;
  if (n === 1) return { mean, weighted_mean: weightedMean };
  const deviation = Math.sqrt(m.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const chi2 =
    m.reduce((sum, value, i) => sum + (value - weightedMean) ** 2 * (weights[i] ?? 0), 0) / (n - 1);
  return {
    mean,
    weighted_mean: weightedMean,
    standard_deviation: deviation,
    mean_variance: deviation / mean,
    chi2,
  };
}
