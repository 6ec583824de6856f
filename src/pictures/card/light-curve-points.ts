import type { Alert, HistoryPoint, Jd } from '../../pipeline/alert.ts';
import { isNegative } from '../../pipeline/features/apparent-magnitudes.ts';
import { forcedDetections, isSameExposure } from '../../pipeline/features/forced-magnitudes.ts';

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
  /** Measured at the known position, where the survey found nothing by itself. */
  readonly forced: boolean;
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
 * Epochs as points to draw: magnitudes of the difference image as delivered, not the apparent ones of the
 * features, so that limits and detections are in the same quantity.
 * @param epochs the alert's own first, where `hasCurrent`
 * @param jd of the alert
 */
const pointsOf = (epochs: readonly HistoryPoint[], jd: Jd, hasCurrent: boolean): LightCurvePoints => {
  const detections: Detection[] = [];
  const limits: UpperLimit[] = [];
  epochs.forEach((epoch, i) => {
    const { fid, magpsf, sigmapsf, diffmaglim, isdiffpos } = epoch;
    const age = jd - epoch.jd;
    if (!Number.isFinite(age)) return;
    if (isNumber(magpsf)) {
      const error = isNumber(sigmapsf) ? Math.abs(sigmapsf) : null;
      const negative = isNegative(isdiffpos);
      const current = hasCurrent && i === 0;
      detections.push({ age, fid, magnitude: magpsf, error, negative, current, forced: false });
    } else if (isNumber(diffmaglim)) {
      limits.push({ age, fid, magnitude: diffmaglim });
    }
  });
  return { detections, limits };
};

/** What the packet has: the alert's epochs, and forced photometry where they have no detection. */
export const lightCurvePoints = (alert: Alert): LightCurvePoints => {
  const { detections, limits } = pointsOf(alert.epochs, alert.jd, true);
  return {
    detections: [
      ...detections,
      ...forcedDetections(alert).map(({ jd, ...measured }) => ({
        ...measured,
        age: alert.jd - jd,
        current: false,
        forced: true,
      })),
    ],
    limits,
  };
};

/**
 * The object's whole history until its alert, completed by the packet's own epochs; null where there is nothing
 * to draw.
 */
export const historyPoints = (
  history: readonly HistoryPoint[] | null,
  { jd, epochs }: Pick<Alert, 'jd' | 'epochs'>,
): LightCurvePoints | null => {
  if (history === null) return null;
  const earlier = history.filter(
    (point) => point.jd <= jd && !epochs.some((one) => isSameExposure(one, point)),
  );
  const points = pointsOf([...epochs, ...earlier], jd, false);
  return earlier.length === 0 ? null : points;
};
