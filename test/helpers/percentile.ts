/**
 * The value below which a share of the measurements lies, to a tenth.
 * @param share from 0 to 1: 0.5 is the median, 1 the largest
 * @returns NaN without measurements, which JSON writes as null
 */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return Math.round(value * 10) / 10;
};
