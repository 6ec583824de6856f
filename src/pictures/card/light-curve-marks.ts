import { marker } from '../drawing/markers.ts';
import { bandLook } from '../drawing/palette.ts';
import type { Scale } from '../drawing/scale.ts';
import { line } from '../drawing/svg.ts';
import type { Detection, UpperLimit } from './light-curve-points.ts';

/** How large and how plain a panel's points are drawn. */
export interface MarkStyle {
  /** Of a detection, units. */
  readonly radius: number;
  readonly limitRadius: number;
  /** 0 to 1. */
  readonly limitOpacity: number;
  readonly errorBars: boolean;
}

/** The packet's thirty days. */
export const DAYS_STYLE: MarkStyle = { radius: 3.4, limitRadius: 3, limitOpacity: 0.75, errorBars: true };
/** Years: many points in little room. */
export const YEARS_STYLE: MarkStyle = {
  radius: 1.9,
  limitRadius: 1.6,
  limitOpacity: 0.28,
  errorBars: false,
};

/** What identifies a point in the SVG: its band and its kind. */
const kind = (fid: number, ...more: readonly string[]): string => [bandLook(fid).name, ...more].join(' ');

export const limitMark = (
  { age, fid, magnitude }: UpperLimit,
  x: Scale,
  y: Scale,
  style: MarkStyle,
): string =>
  marker('triangle-down', x(age), y(magnitude), style.limitRadius, {
    class: kind(fid, 'limit'),
    fill: 'none',
    stroke: bandLook(fid).colour,
    'stroke-width': style.limitRadius / 3,
    'stroke-opacity': style.limitOpacity,
  });

/** As long as the error is, within the plot. */
export const errorBar = (one: Detection, x: Scale, y: Scale, top: number, bottom: number): string => {
  if (one.error === null || one.error === 0) return '';
  const within = (at: number): number => Math.min(bottom, Math.max(top, at));
  const at = x(one.age);
  return line(at, within(y(one.magnitude - one.error)), at, within(y(one.magnitude + one.error)), {
    class: kind(one.fid),
    stroke: bandLook(one.fid).colour,
    'stroke-width': one.forced ? 0.8 : 1.3,
  });
};

export const detectionMark = (one: Detection, x: Scale, y: Scale, style: MarkStyle): string => {
  const { colour, shape } = bandLook(one.fid);
  const radius = one.current ? style.radius * 1.25 : style.radius;
  const sign = one.negative ? 'negative' : 'positive';
  if (one.forced) {
    return marker('plus', x(one.age), y(one.magnitude), radius * 0.9, {
      class: kind(one.fid, sign, 'forced'),
      fill: one.negative ? '#ffffff' : colour,
      stroke: colour,
      'stroke-width': one.negative ? 0.8 : 0.3,
    });
  }
  return marker(shape, x(one.age), y(one.magnitude), one.negative ? radius - style.radius / 9 : radius, {
    class: kind(one.fid, sign, ...(one.current ? ['current'] : [])),
    fill: one.negative ? '#ffffff' : colour,
    stroke: one.negative ? colour : '#ffffff',
    'stroke-width': one.negative ? style.radius * 0.42 : style.radius / 6,
  });
};
