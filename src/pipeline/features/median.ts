/**
 * Median of finite values: the middle one, or the mean of the two middle ones. Needs 1 point; null for none.
 * Leaves its argument as it is.
 */
export function median(values: Float64Array): number | null {
  return medianOfSorted(values.slice().sort());
}

/** `median` of values already in ascending order. */
export function medianOfSorted(sorted: Float64Array): number | null {
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) return null;
  const lower = sorted.length % 2 === 0 ? sorted[half - 1] : upper;
  return lower === undefined ? null : (lower + upper) / 2;
}
