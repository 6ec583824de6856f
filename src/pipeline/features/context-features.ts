import type { Alert, Epoch } from '../alert.ts';
import { galacticLatitude } from '../enrich/galactic-coordinates.ts';
import { isPositive } from './apparent-magnitudes.ts';
import { detectionFeatures } from './detection-features.ts';

/** An epoch that is a detection. */
export interface Detection extends Epoch {
  readonly magpsf: number;
}

/**
 * Up to this age, days, it matters how long something has been seen at a position: what is older is no
 * transient. Beyond, age says only when the survey began, and models of one era failed on another
 * (docs/learning.md).
 */
const OLDEST_DAYS = 200;

/** Epochs without those that repeat a (jd, fid), of which the first stays; some 10 % of the packets of 2021 repeat. */
export const epochsOnce = (epochs: readonly Epoch[]): readonly Epoch[] => {
  const seen = new Map<number, Set<number>>();
  const once: Epoch[] = [];
  for (const epoch of epochs) {
    const { jd, fid } = epoch;
    let dates = seen.get(fid);
    if (dates === undefined) {
      dates = new Set();
      seen.set(fid, dates);
    }
    if (dates.size === dates.add(jd).size) continue;
    once.push(epoch);
  }
  return once.length === epochs.length ? epochs : once;
};

export const isDetection = (epoch: Epoch): epoch is Detection =>
  epoch.magpsf !== null && !Number.isNaN(epoch.magpsf);

/** What lies at the position and how something has been seen there; `once` are the epochs, each once. */
export const contextFeatures = (alert: Alert, once: readonly Epoch[]) => {
  const { context, epochs, jd } = alert;
  const detections = once.filter(isDetection);
  const positive = detectionFeatures(once);
  const negative = detections.filter(({ isdiffpos }) => !isPositive(isdiffpos)).length;
  const first = context.jdstarthist;
  return {
    positive_detections: positive.ndets,
    negative_share: detections.length === 0 ? null : negative / detections.length,
    upper_limits: positive.nnondets,
    positive_median: positive.dets_median,
    positive_std: positive.dets_std,
    age: first === null ? null : Math.min(OLDEST_DAYS, Math.max(0, jd - first)),
    sgscore1: context.sgscore1,
    distpsnr1: context.distpsnr1,
    nmtchps: context.nmtchps,
    neargaia: context.neargaia,
    distnr: notNegative(epochs[0]?.distnr),
    magnr: notNegative(epochs[0]?.magnr),
    abs_latitude: Math.abs(galacticLatitude(alert.ra, alert.dec)),
  };
};

/** ZTF writes negative numbers for what it does not have. */
export const notNegative = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !(value >= 0) ? null : value;
