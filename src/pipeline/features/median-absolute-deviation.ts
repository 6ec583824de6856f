import { median } from './median.ts';

/**
 * Median of |m - median(m)|, mag, not scaled to a normal distribution's sigma. Needs 1 point; null for none.
 * Source: light-curve feature `MedianAbsoluteDeviation` (Malanchev et al. 2021, table A1).
 */
export function medianAbsoluteDeviation(m: Float64Array): number | null {
  const centre = median(m);
  return centre === null ? null : median(m.map((value) => Math.abs(value - centre)));
}
