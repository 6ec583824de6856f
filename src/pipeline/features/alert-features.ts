import type { Alert, BandFeatures } from '../alert.ts';
import { contextFeatures, epochsOnce, isDetection } from './context-features.ts';
import { detectionFeatures } from './detection-features.ts';
import type { Features } from './feature-table.ts';
import { lightCurveFeatures } from './light-curve-features.ts';
import { wideFeatures } from './wide-features.ts';

/** What only outside services know about an alert; null or absent is missing. */
export interface EnrichedFeatures {
  /** Separation from the best Sherlock match, arcsec; missing for an orphan. */
  readonly sepArcsec?: number | null;
  /** SFD98 E(B-V), mag, unscaled. */
  readonly ebv?: number | null;
}

/**
 * All features of an alert (`FEATURE_COLUMNS`); null is missing. Of the reference's columns, a band's light-curve
 * features are the packet's where it stores any for that band (a NaN there is a missing one), and computed from
 * the photometry otherwise; the other sets' are always computed.
 *
 * @example alertFeatures(alert, { sepArcsec: 0.42, ebv: 0.031 }).ndets
 */
export const alertFeatures = (alert: Alert, extra: EnrichedFeatures = {}): Features => {
  const { epochs, storedFeatures } = alert;
  const storedG = storedBand(storedFeatures.g);
  const storedR = storedBand(storedFeatures.r);
  const once = epochsOnce(epochs);
  const repeats = once !== epochs;
  const lightCurves = lightCurveFeatures(once);
  const needed = storedG === null || storedR === null;
  const computed = needed && repeats ? lightCurveFeatures(epochs) : lightCurves;
  const g = storedG ?? computed.g;
  const r = storedR ?? computed.r;
  const detections = detectionFeatures(epochs);
  const found = once.filter(isDetection);
  const counted = repeats ? detectionFeatures(once) : detections;
  return {
    ra: known(alert.ra),
    dec: known(alert.dec),
    drb: known(alert.drb),
    ndets: detections.ndets,
    nnondets: detections.nnondets,
    dets_median: detections.dets_median,
    dets_std: detections.dets_std,
    sep_arcsec: known(extra.sepArcsec),
    amplitude: known(g.amplitude),
    linear_fit_reduced_chi2: known(g.linear_fit_reduced_chi2),
    linear_fit_slope: known(g.linear_fit_slope),
    linear_fit_slope_sigma: known(g.linear_fit_slope_sigma),
    median: known(g.median),
    median_absolute_deviation: known(g.median_absolute_deviation),
    amplituder_: known(r.amplitude),
    linear_fit_reduced_chi2r_: known(r.linear_fit_reduced_chi2),
    linear_fit_sloper_: known(r.linear_fit_slope),
    linear_fit_slope_sigmar_: known(r.linear_fit_slope_sigma),
    medianr_: known(r.median),
    median_absolute_deviationr_: known(r.median_absolute_deviation),
    ebv: known(extra.ebv),
    ...contextFeatures(alert, counted, found.length),
    ...wideFeatures(alert, found, lightCurves),
  };
};

const known = (value: number | null | undefined): number | null =>
  value === undefined || value === null || Number.isNaN(value) ? null : value;

/** The stored features of a band, or null where the packet has nothing but nulls for it. */
function storedBand(band: BandFeatures | null): BandFeatures | null {
  if (band === null) return null;
  return Object.values(band).some((value) => value !== null) ? band : null;
}
