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
