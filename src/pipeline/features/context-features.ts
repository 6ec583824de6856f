import type { Alert, Epoch } from '../alert.ts';
import { galacticLatitude } from '../enrich/galactic-coordinates.ts';
import type { DetectionFeatures } from './detection-features.ts';

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
export const epochsOnce = (epochs: readonly Epoch[]): readonly Epoch[] =>
  epochs.some((epoch, i) => repeats(epochs, i, epoch))
    ? epochs.filter((epoch, i) => !repeats(epochs, i, epoch))
    : epochs;

/** Whether one of the epochs before this one is of the same time and band. A packet has few: looking is fastest. */
const repeats = (epochs: readonly Epoch[], index: number, { jd, fid }: Epoch): boolean => {
  for (let i = 0; i < index; i++) if (epochs[i]?.jd === jd && epochs[i]?.fid === fid) return true;
  return false;
};

export const isDetection = (epoch: Epoch): epoch is Detection =>
  epoch.magpsf !== null && !Number.isNaN(epoch.magpsf);

/** What lies at the position and how something has been seen there; `positive` counts the epochs, each once. */
export const contextFeatures = (alert: Alert, positive: DetectionFeatures, detections: number) => {
  const { context, epochs, jd } = alert;
  const negative = detections - positive.ndets;
  const first = context.jdstarthist;
  return {
    positive_detections: positive.ndets,
    negative_share: detections === 0 ? null : negative / detections,
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
