import type { Alert, Epoch } from '../alert.ts';
import { type Detection, isDetection, notNegative } from './context-features.ts';
import { lightCurveFeatures } from './light-curve-features.ts';

/** Within this, days, two detections are of one time. */
const SAME_TIME = 1;
/** Over less than this, days, a rate is noise. */
const LEAST_DAYS = 0.5;

/** Light curves by the one recipe, colours, rates, and more of the packet; `once` are the epochs, each once. */
export const wideFeatures = (alert: Alert, once: readonly Epoch[]) => {
  const { context, magpsf } = alert;
  const { g, r } = lightCurveFeatures(once);
  const detections = once.filter(isDetection);
  const magnr = notNegative(alert.epochs[0]?.magnr);
  const { plx, plxError } = context;
  return {
    g_amplitude: g.amplitude,
    g_linear_fit_reduced_chi2: g.linear_fit_reduced_chi2,
    g_linear_fit_slope: g.linear_fit_slope,
    g_linear_fit_slope_sigma: g.linear_fit_slope_sigma,
    g_median: g.median,
    g_median_absolute_deviation: g.median_absolute_deviation,
    r_amplitude: r.amplitude,
    r_linear_fit_reduced_chi2: r.linear_fit_reduced_chi2,
    r_linear_fit_slope: r.linear_fit_slope,
    r_linear_fit_slope_sigma: r.linear_fit_slope_sigma,
    r_median: r.median,
    r_median_absolute_deviation: r.median_absolute_deviation,
    ...colours(detections),
    ...rates(detections),
    contrast: magnr === null ? null : magpsf - magnr,
    ndethist: context.ndethist,
    ncovhist: context.ncovhist,
    parallax_significance: plx === null || plxError === null || !(plxError > 0) ? null : plx / plxError,
    classtar: context.classtar,
    sharpnr: context.sharpnr,
    chinr: context.chinr,
  };
};

/** g minus r of the last two detections within a day, and how it changed since the first such pair. */
const colours = (detections: readonly Detection[]) => {
  const inRed = detections.filter(({ fid }) => fid === 2);
  const pairs: { readonly jd: number; readonly colour: number }[] = [];
  for (const { jd, fid, magpsf } of detections) {
    if (fid !== 1) continue;
    let nearest: Detection | null = null;
    for (const red of inRed) {
      if (nearest === null || Math.abs(red.jd - jd) < Math.abs(nearest.jd - jd)) nearest = red;
    }
    if (nearest !== null && Math.abs(nearest.jd - jd) < SAME_TIME)
      pairs.push({ jd, colour: magpsf - nearest.magpsf });
  }
  pairs.sort((a, b) => a.jd - b.jd);
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (first === undefined || last === undefined) return { colour: null, colour_rate: null };
  const days = last.jd - first.jd;
  return { colour: last.colour, colour_rate: days < LEAST_DAYS ? null : (last.colour - first.colour) / days };
};

/** How fast it became as bright as it was, and how fast it fades since, each of the band where it is faster. */
const rates = (detections: readonly Detection[]) => {
  const bands = [1, 2].map((band) =>
    detections.filter(({ fid }) => fid === band).sort((a, b) => a.jd - b.jd),
  );
  const fastest = (rate: (band: readonly Detection[], brightest: Detection) => number | null) =>
    bands.reduce<number | null>((most, band) => {
      const brightest = band.reduce<Detection | null>(
        (best, one) => (best === null || one.magpsf < best.magpsf ? one : best),
        null,
      );
      const one = brightest === null ? null : rate(band, brightest);
      return one === null || (most !== null && most >= one) ? most : one;
    }, null);
  const between = (bright: Detection, faint: Detection | undefined): number | null => {
    const days = faint === undefined ? 0 : Math.abs(faint.jd - bright.jd);
    return faint === undefined || days < LEAST_DAYS ? null : (faint.magpsf - bright.magpsf) / days;
  };
  return {
    rise_rate: fastest((band, brightest) => between(brightest, band[0])),
    fall_rate: fastest((band, brightest) => between(brightest, band.at(-1))),
  };
};
