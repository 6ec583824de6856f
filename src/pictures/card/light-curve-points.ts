import type { Alert } from '../../pipeline/alert.ts';
import { isNegative } from '../../pipeline/features/apparent-magnitudes.ts';

/** A detection in the difference image. */
export interface Detection {
  /** Days before the alert. */
  readonly age: number;
  readonly fid: number;
  readonly magnitude: number;
  /** Null where the packet has none. */
  readonly error: number | null;
  /** Fainter than the template: the magnitude is that of the missing light. */
  readonly negative: boolean;
  /** The alert's own epoch. */
  readonly current: boolean;
}

/** A visit without a detection: the source was fainter than this magnitude. */
export interface UpperLimit {
  readonly age: number;
  readonly fid: number;
  readonly magnitude: number;
}

export interface LightCurvePoints {
  readonly detections: readonly Detection[];
  readonly limits: readonly UpperLimit[];
}

const isNumber = (value: number | null): value is number => value !== null && Number.isFinite(value);

/**
 * An alert's epochs as points to draw: magnitudes of the difference image as delivered, not the apparent
 * ones of the features, so that limits and detections are in the same quantity.
 */
export const lightCurvePoints = (alert: Alert): LightCurvePoints => {
  const detections: Detection[] = [];
  const limits: UpperLimit[] = [];
  alert.epochs.forEach((epoch, i) => {
    const { fid, magpsf, sigmapsf, diffmaglim, isdiffpos } = epoch;
    const age = alert.jd - epoch.jd;
    if (!Number.isFinite(age)) return;
    if (isNumber(magpsf)) {
      const error = isNumber(sigmapsf) ? Math.abs(sigmapsf) : null;
      const negative = isNegative(isdiffpos);
      detections.push({ age, fid, magnitude: magpsf, error, negative, current: i === 0 });
    } else if (isNumber(diffmaglim)) {
      limits.push({ age, fid, magnitude: diffmaglim });
    }
  });
  return { detections, limits };
};
