/** Level and noise of an image's background. */
export interface Sky {
  /** Median of the finite pixels. */
  readonly level: number;
  /** 1.4826 times the median absolute deviation: the standard deviation, for Gaussian noise. */
  readonly sigma: number;
}

/** From a pixel's value to 0 (black) .. 1 (white), or for a difference -1 .. 1; NaN stays NaN. */
export type Stretch = (value: number) => number;

const SIGMA_PER_MAD = 1.4826;
/** The darkest grey is this many sigma below the sky, so that the noise is seen and not clipped. */
const BLACK = -1.5;
/** A field of faint sources only is not stretched further than this, in sigma: noise must look like noise. */
const LEAST_WHITE = 14;
const LEAST_DIFFERENCE = 8;
/** Pixels above this quantile may be drawn saturated: the cores of stars, and their residuals. */
const WHITE_QUANTILE = 0.995;
/** The stretch is linear below this many sigma and logarithmic above. */
const SOFTENING = 2;
const DIFFERENCE_SOFTENING = 5;

/** The finite values, ascending. */
const sorted = (values: Float32Array): Float32Array => {
  const finite = new Float32Array(values.length);
  let n = 0;
  for (const value of values) if (Number.isFinite(value)) finite[n++] = value;
  return finite.subarray(0, n).sort();
};

const quantile = (ascending: Float32Array, q: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(q * ascending.length))] ?? Number.NaN;

/** Ascending distances of ascending values from a level. */
const distances = (ascending: Float32Array, level: number): Float32Array =>
  sorted(ascending.map((value) => Math.abs(value - level)));

const skyOfSorted = (ascending: Float32Array): Sky | null => {
  if (ascending.length === 0) return null;
  const level = quantile(ascending, 0.5);
  const mad = quantile(distances(ascending, level), 0.5);
  return { level, sigma: mad > 0 ? SIGMA_PER_MAD * mad : 1 };
};

/** Background of an image; null if it has no finite pixel. An image without noise gets sigma 1. */
export const skyOf = (pixels: Float32Array): Sky | null => skyOfSorted(sorted(pixels));

/**
 * The asinh stretch (Lupton, Gunn & Szalay 1999, AJ 118, 1406; for pictures Lupton et al. 2004, PASP 116,
 * 133), with z = (value - level) / sigma:
 *
 *     y = (asinh(z / b) - asinh(z0 / b)) / (asinh(z1 / b) - asinh(z0 / b)), clipped to 0 .. 1,
 *
 * linear near the sky, so that a source of a few sigma is seen, and logarithmic for stars.
 */
export const asinhStretch = (
  { level, sigma }: Sky,
  { black, white, softening }: { black: number; white: number; softening: number },
): Stretch => {
  const low = Math.asinh(black / softening);
  const range = Math.asinh(white / softening) - low;
  return (value) => {
    if (!Number.isFinite(value)) return Number.NaN;
    const y = (Math.asinh((value - level) / (sigma * softening)) - low) / range;
    return Math.min(1, Math.max(0, y));
  };
};

/**
 * Stretches of the science image and its template, in one scale of flux: the same grey is the same flux
 * above the sky, so that what became brighter looks brighter. ZTF delivers the template scaled to the
 * science image's zero point (the same stars have the same counts in both), so the counts need no factor;
 * each image keeps its own sky level. Sigma is the science image's, which is the noisier: the template's
 * deeper sources then stand out from its smooth sky without the science image drowning in noise.
 */
export const directStretches = (
  science: Float32Array | null,
  template: Float32Array | null,
): { readonly science: Stretch | null; readonly template: Stretch | null } => {
  const values = { science: science && sorted(science), template: template && sorted(template) };
  const scienceSky = values.science && skyOfSorted(values.science);
  const templateSky = values.template && skyOfSorted(values.template);
  const sigma = scienceSky?.sigma ?? templateSky?.sigma ?? 1;
  const peak = (ascending: Float32Array | null, sky: Sky | null): number =>
    ascending && sky ? (quantile(ascending, WHITE_QUANTILE) - sky.level) / sigma : 0;
  const white = Math.max(LEAST_WHITE, peak(values.science, scienceSky), peak(values.template, templateSky));
  const stretch = (sky: Sky | null): Stretch | null =>
    sky && asinhStretch({ level: sky.level, sigma }, { black: BLACK, white, softening: SOFTENING });
  return { science: stretch(scienceSky), template: stretch(templateSky) };
};

/**
 * Stretch of a difference image to -1 .. 1: asinh, the same for both signs. Zero is the image's median,
 * for subtraction may leave an offset of a few sigma, which the photometry takes off as well. Null if there
 * is no finite pixel.
 */
export const differenceStretch = (pixels: Float32Array): Stretch | null => {
  const values = sorted(pixels);
  const sky = skyOfSorted(values);
  if (sky === null) return null;
  const largest = quantile(distances(values, sky.level), WHITE_QUANTILE);
  const white = Math.max(LEAST_DIFFERENCE, largest / sky.sigma);
  const size = asinhStretch(
    { level: 0, sigma: sky.sigma },
    { black: 0, white, softening: DIFFERENCE_SOFTENING },
  );
  return (value) => Math.sign(value - sky.level) * size(Math.abs(value - sky.level));
};
