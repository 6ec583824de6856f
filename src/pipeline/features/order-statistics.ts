/**
 * Median of finite values: the middle one, or the mean of the two middle ones. Needs 1 point; null for none.
 * Leaves its argument as it is.
 */
export const median = (values: ArrayLike<number>): number | null => {
  return medianOfSorted(ascending(Array.from(values)));
};

/** Up to so many values, which a light curve of a month seldom exceeds, insertion is several times as fast. */
const FEW = 32;

/** Puts finite values into ascending order, in place. */
const ascending = (values: number[]): number[] => {
  if (values.length > FEW) return values.sort((a, b) => a - b);
  for (let i = 1; i < values.length; i++) {
    const value = values[i] ?? 0;
    let k = i - 1;
    for (; k >= 0 && (values[k] ?? 0) > value; k--) values[k + 1] = values[k] ?? 0;
    values[k + 1] = value;
  }
  return values;
};

/** `median` of values already in ascending order. */
function medianOfSorted(sorted: readonly number[]): number | null {
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
export const medianAbsoluteDeviation = (m: ArrayLike<number>): number | null => {
  const centre = median(m);
  return centre === null ? null : deviationFrom(m, centre);
};

const deviationFrom = (m: ArrayLike<number>, centre: number): number | null => {
  const distances: number[] = [];
  for (let i = 0; i < m.length; i++) distances.push(Math.abs((m[i] ?? 0) - centre));
  return medianOfSorted(ascending(distances));
};

/** Median, median absolute deviation and amplitude of the same magnitudes, which are put into order once. */
export const orderStatistics = (m: readonly number[]) => {
  const sorted = ascending(m.slice());
  const middle = medianOfSorted(sorted);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  return {
    amplitude: first === undefined || last === undefined ? null : (last - first) / 2,
    median: middle,
    medianAbsoluteDeviation: middle === null ? null : deviationFrom(sorted, middle),
  };
};

/**
 * Half the range of the magnitudes, mag: (max - min) / 2. Needs 1 point; null for none.
 * Source: light-curve feature `Amplitude` (Malanchev et al. 2021, MNRAS 502, 5147, table A1).
 */
export const amplitude = (m: ArrayLike<number>): number | null => {
  if (m.length === 0) return null;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < m.length; i++) {
    const value = m[i] ?? 0;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return (max - min) / 2;
};
