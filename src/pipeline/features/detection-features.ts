import type { Epoch } from '../alert.ts';
import { isPositive } from './apparent-magnitudes.ts';
import { median } from './order-statistics.ts';

/** How often an object was seen, and how bright. */
export interface DetectionFeatures {
  /** Number of epochs brighter than the template (isdiffpos 't' or '1'), all bands, current one included. */
  readonly ndets: number;
  /** Number of upper limits. */
  readonly nnondets: number;
  /** Median and population standard deviation (ddof 0) of those detections' magpsf; null when ndets is 0. */
  readonly dets_median: number | null;
  readonly dets_std: number | null;
}

/**
 * Counts and brightness over an alert's epochs. The reference (HeloiseS/finkvra) counts only isdiffpos 't';
 * packets spell the same thing '1' as well.
 */
export const detectionFeatures = (epochs: readonly Epoch[]): DetectionFeatures => {
  const magnitudes: number[] = [];
  let nnondets = 0;
  for (const { magpsf, isdiffpos } of epochs) {
    if (magpsf === null || Number.isNaN(magpsf)) nnondets++;
    else if (isPositive(isdiffpos)) magnitudes.push(magpsf);
  }
  return {
    ndets: magnitudes.length,
    nnondets,
    dets_median: median(magnitudes),
    dets_std: populationStd(magnitudes),
  };
};

function populationStd(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
