import type { LightCurvePoints } from './light-curve-points.ts';

export type Domain = readonly [number, number];

/** What a packet's history covers, days. All cards show at least that, so that their time scales compare. */
const PACKET_DAYS = 30;
/** What the panel of the years shows at least, days. */
const LEAST_YEARS = 2 * 365.25;
/** Room at either end, as a part of the time shown. */
const MARGIN_TIME = 0.04;
/** A flat light curve is not stretched until its noise looks like variability, magnitudes. */
const LEAST_SPAN = 1.5;
/** Limits this much brighter than the brightest detection say nothing and would flatten the curve. */
const LIMIT_HEADROOM = 0.8;
/** Limits this much fainter than the faintest detection would flatten it too. */
const LIMIT_DEPTH = 2;
const MARGIN = 0.07;
/** An error bar longer than this does not widen the axis. */
const MOST_ERROR = 0.5;

const timeDomain = ({ detections, limits }: LightCurvePoints, least: number): Domain => {
  const ages = [...detections, ...limits].map((point) => point.age);
  const oldest = ages.reduce((a, b) => Math.max(a, b), least);
  const newest = ages.reduce((a, b) => Math.min(a, b), 0);
  const margin = MARGIN_TIME * (oldest - newest);
  return [oldest + margin / 2, newest - margin];
};

/** Days before the alert, the oldest first. */
export const ageDomain = (points: LightCurvePoints): Domain => timeDomain(points, PACKET_DAYS);

/** The same of an object's whole history. */
export const yearsDomain = (points: LightCurvePoints): Domain => timeDomain(points, LEAST_YEARS);

/** Magnitudes, the faintest first: it is at the bottom. */
export const magnitudeDomain = ({ detections, limits }: LightCurvePoints): Domain => {
  const error = (value: number | null): number => Math.min(value ?? 0, MOST_ERROR);
  const brightest = detections.reduce((least, d) => Math.min(least, d.magnitude - error(d.error)), Infinity);
  const ceiling = brightest === Infinity ? -Infinity : brightest - LIMIT_HEADROOM;
  const dimmest = detections.reduce((most, d) => Math.max(most, d.magnitude), -Infinity);
  const floor = dimmest === -Infinity ? Infinity : dimmest + LIMIT_DEPTH;
  const shown = limits.map(({ magnitude }) => magnitude).filter((m) => m >= ceiling && m <= floor);
  const faintest = detections.reduce(
    (most, d) => Math.max(most, d.magnitude + error(d.error)),
    shown.reduce((a, b) => Math.max(a, b), -Infinity),
  );
  const top = shown.reduce((a, b) => Math.min(a, b), brightest);
  if (!Number.isFinite(top) || !Number.isFinite(faintest)) return [21, 21 - LEAST_SPAN];
  const span = Math.max(LEAST_SPAN, faintest - top);
  const middle = (top + faintest) / 2;
  return [middle + span * (0.5 + MARGIN), middle - span * (0.5 + MARGIN)];
};

/** How many limits are not shown, since they are off the scale. */
export const limitsOffScale = (points: LightCurvePoints): number => {
  const [faintest, brightest] = magnitudeDomain(points);
  return points.limits.filter(({ magnitude }) => magnitude > faintest || magnitude < brightest).length;
};
