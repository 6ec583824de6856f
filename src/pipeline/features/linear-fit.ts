/** A straight line fitted to magnitudes with errors. */
export interface LinearFit {
  /** mag/day; positive is fading. */
  readonly slope: number;
  /** Standard error of the slope, mag/day, from the errors given (not from the residuals). */
  readonly slopeSigma: number;
  /** chi^2 / (n - 2). */
  readonly reducedChi2: number;
}

const LEAST_POINTS = 3;

/**
 * Weighted least-squares line through (t, m), times in days, w = 1 / sigma^2:
 * slope = sum w (t - tbar)(m - mbar) / sum w (t - tbar)^2, with tbar and mbar the weighted means;
 * slope_sigma = 1 / sqrt(sum w (t - tbar)^2); reduced chi^2 = sum w (m - mbar - slope (t - tbar))^2 / (n - 2).
 *
 * Needs 3 points; null for fewer, for points all at one time, and for errors that are not positive.
 * Source: light-curve feature `LinearFit` (Malanchev et al. 2021, table A1).
 */
export const linearFit = (
  t: ArrayLike<number>,
  m: ArrayLike<number>,
  sigma: ArrayLike<number>,
): LinearFit | null => {
  const n = t.length;
  const t0 = t[0];
  if (n < LEAST_POINTS || t0 === undefined) return null;

  // Julian dates are near 2.46e6: without taking the first one off, the sums lose ten digits.
  let sumW = 0;
  let sumWt = 0;
  let sumWm = 0;
  for (let i = 0; i < n; i++) {
    const w = weight(sigma, i);
    sumW += w;
    sumWt += w * (at(t, i) - t0);
    sumWm += w * at(m, i);
  }
  const meanT = t0 + sumWt / sumW;
  const meanM = sumWm / sumW;

  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < n; i++) {
    const w = weight(sigma, i);
    const dt = at(t, i) - meanT;
    sxx += w * dt * dt;
    sxy += w * dt * (at(m, i) - meanM);
  }
  const slope = sxy / sxx;

  let chi2 = 0;
  for (let i = 0; i < n; i++) {
    const residual = at(m, i) - meanM - slope * (at(t, i) - meanT);
    chi2 += weight(sigma, i) * residual * residual;
  }
  const fit = { slope, slopeSigma: 1 / Math.sqrt(sxx), reducedChi2: chi2 / (n - 2) };
  const finite =
    Number.isFinite(slope) && Number.isFinite(fit.slopeSigma) && Number.isFinite(fit.reducedChi2);
  return finite ? fit : null;
};

// Reading past the end would be a fault of this file; NaN makes it end in null instead of a wrong number.
const at = (values: ArrayLike<number>, i: number): number => values[i] ?? Number.NaN;

function weight(sigma: ArrayLike<number>, i: number): number {
  const s = at(sigma, i);
  return s > 0 ? 1 / (s * s) : Number.NaN;
}
