export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The standard normal quantile of a two-sided 95 % interval. */
const Z_95 = 1.959963984540054;

/**
 * Wilson score interval of a proportion p measured on n trials (Wilson 1927, J. Am. Stat. Assoc. 22, 209):
 * (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).
 *
 * `n` may be real, as an effective sample size is. Without trials nothing is known: [0, 1].
 */
export const wilsonInterval = (p: number, n: number, z = Z_95): Interval => {
  if (!(n > 0)) return { low: 0, high: 1 };
  const z2 = z * z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
};

/**
 * The quantile of a two-sided 95 % interval whose variance was itself estimated with `degrees` of freedom:
 * Student's t by the expansion of Abramowitz and Stegun 26.7.5, good to 0.001 from 8 degrees and to 0.02 from 4.
 */
export const studentQuantile95 = (degrees: number): number => {
  const z = Z_95;
  const v = Math.max(1, degrees);
  return (
    z +
    (z ** 3 + z) / (4 * v) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3)
  );
};
