import type { Alert, BandFeatures } from '../alert.ts';
import { type Detection, notNegative } from './context-features.ts';

/** Detections this close, days, count as simultaneous. */
const SAME_TIME = 1;
/** Over a shorter time, days, a rate is noise. */
const LEAST_DAYS = 0.5;

/**
 * Light curves by the one recipe, colours, rates, and more of the packet; of detections and light curves with each
 * epoch once.
 */
export const wideFeatures = (
  alert: Alert,
  detections: readonly Detection[],
  { g, r }: { readonly g: BandFeatures; readonly r: BandFeatures },
) => {
  const { context, magpsf } = alert;
  const [gRates, rRates] = [ratesOf(detections, 1), ratesOf(detections, 2)];
  const { colour, colourRate } = colours(detections);
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
    colour,
    colour_rate: colourRate,
    rise_rate: faster(gRates.rise, rRates.rise),
    fall_rate: faster(gRates.fall, rRates.fall),
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
  let [first, last, firstColour, lastColour] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const { jd, fid, magpsf } of detections) {
    if (fid !== 1) continue;
    const nearest = nearestRed(detections, jd);
    if (nearest === null || Math.abs(nearest.jd - jd) >= SAME_TIME) continue;
    const colour = magpsf - nearest.magpsf;
    if (jd < first) [first, firstColour] = [jd, colour];
    if (jd > last) [last, lastColour] = [jd, colour];
  }
  if (last < first) return { colour: null, colourRate: null };
  const days = last - first;
  return { colour: lastColour, colourRate: days < LEAST_DAYS ? null : (lastColour - firstColour) / days };
};

const nearestRed = (detections: readonly Detection[], jd: number): Detection | null => {
  let nearest: Detection | null = null;
  for (const one of detections) {
    if (one.fid !== 2) continue;
    if (nearest === null || Math.abs(one.jd - jd) < Math.abs(nearest.jd - jd)) nearest = one;
  }
  return nearest;
};

/** How fast a band rose from its first detection to its brightest, and faded since. */
const ratesOf = (detections: readonly Detection[], band: number) => {
  let first: Detection | null = null;
  let last: Detection | null = null;
  let brightest: Detection | null = null;
  for (const one of detections) {
    if (one.fid !== band) continue;
    if (first === null || one.jd < first.jd) first = one;
    if (last === null || one.jd >= last.jd) last = one;
    const brighter = brightest === null || one.magpsf < brightest.magpsf;
    if (brighter || (one.magpsf === brightest?.magpsf && one.jd < brightest.jd)) brightest = one;
  }
  return { rise: rateBetween(brightest, first), fall: rateBetween(brightest, last) };
};

const rateBetween = (bright: Detection | null, faint: Detection | null): number | null => {
  if (bright === null || faint === null) return null;
  const days = Math.abs(faint.jd - bright.jd);
  return days < LEAST_DAYS ? null : (faint.magpsf - bright.magpsf) / days;
};

const faster = (a: number | null, b: number | null): number | null => {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
};
