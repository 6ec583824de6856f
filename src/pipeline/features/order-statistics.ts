/**
 * Median of finite values: the middle one, or the mean of the two middle ones. Needs 1 point; null for none.
 * Leaves its argument as it is.
 */
export function median(values: Float64Array): number | null {
  return medianOfSorted(values.slice().sort());
}

/** `median` of values already in ascending order. */
function medianOfSorted(sorted: Float64Array): number | null {
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) return null;
  const lower = sorted.length % 2 === 0 ? sorted[half - 1] : upper;
  return lower === undefined ? null : (lower + upper) / 2;
}

/**
 * Median of |m - median(m)|, mag, not scaled to a normal distribution's sigma. Needs 1 point; null for none.
 * Source: light-curve feature `MedianAbsoluteDeviation` (Malanchev et al. 2021, table A1).
 */
export function medianAbsoluteDeviation(m: Float64Array): number | null {
  const centre = median(m);
  return centre === null ? null : median(m.map((value) => Math.abs(value - centre)));
}

/**
 * Half the range of the magnitudes, mag: (max - min) / 2. Needs 1 point; null for none.
 * Source: light-curve feature `Amplitude` (Malanchev et al. 2021, MNRAS 502, 5147, table A1).
 */
export function amplitude(m: Float64Array): number | null {
  if (m.length === 0) return null;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of m) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return (max - min) / 2;
}
