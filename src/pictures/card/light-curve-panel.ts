import { type Jd, mjdFromJd } from '../../pipeline/alert.ts';
import { type Box, TICK_SIZE } from '../charts/chart.ts';
import type { Fonts } from '../drawing/fonts.ts';
import { marker } from '../drawing/markers.ts';
import { AXIS, bandLook, GRID, INK, MUTED } from '../drawing/palette.ts';
import { linearScale, niceTicks, type Scale } from '../drawing/scale.ts';
import { el, group, label, line } from '../drawing/svg.ts';
import { ageDomain, magnitudeDomain } from './light-curve-domains.ts';
import type { Detection, LightCurvePoints, UpperLimit } from './light-curve-points.ts';

const TITLE_SIZE = 10;
const RADIUS = 3.6;
const LIMIT_RADIUS = 3.2;
const MAGNITUDE_TICKS = 5;
const AGE_TICKS = 7;
const DATE_TICKS = 7;

/**
 * A light curve: magnitudes upward (brighter is higher), days before the alert on the bottom, MJD on top.
 * @param plot where the data go; tick labels and axis titles are drawn around it, see `lightCurveMargins`
 * @param jd of the alert
 */
export const lightCurvePanel = (points: LightCurvePoints, jd: Jd, plot: Box, fonts: Fonts): string => {
  const [left, right, top, bottom] = [plot.x, plot.x + plot.width, plot.y, plot.y + plot.height];
  const x = linearScale(ageDomain(points), [left, right]);
  const y = linearScale(magnitudeDomain(points), [bottom, top]);
  const shown = points.limits.filter((limit) => y(limit.magnitude) >= top);
  return group(
    'light-curve',
    axes(x, y, jd, plot),
    group('upper-limits', ...shown.map((limit) => limitMark(limit, x, y))),
    group('error-bars', ...points.detections.map((one) => errorBar(one, x, y, top, bottom))),
    // The alert's own point last, so that nothing hides it.
    group('detections', ...[...points.detections].reverse().map((one) => detectionMark(one, x, y))),
    remark(points, points.limits.length - shown.length, plot, fonts),
  );
};

/** Room around a plot for its labels, units. */
export const lightCurveMargins = { left: 40, right: 9, top: 27, bottom: 29 } as const;

const axes = (x: Scale, y: Scale, jd: Jd, plot: Box): string => {
  const [left, right, top, bottom] = [plot.x, plot.x + plot.width, plot.y, plot.y + plot.height];
  const tickText = { size: TICK_SIZE, fill: INK } as const;
  const titleText = { size: TITLE_SIZE, fill: MUTED, anchor: 'middle' } as const;
  const tick = { stroke: AXIS, 'stroke-width': 0.8 };

  const ages = niceTicks(x.domain, AGE_TICKS);
  const magnitudes = niceTicks(y.domain, MAGNITUDE_TICKS);
  const mjd = mjdFromJd(jd);
  const dates = niceTicks([mjd - x.domain[0], mjd - x.domain[1]], DATE_TICKS, 1);
  const middle = (top + bottom) / 2;
  // No label where it would run into the axis' name or out of the picture.
  const datesShown = dates.values.filter((date) => x(mjd - date) >= left + 18 && x(mjd - date) <= right - 8);
  return [
    group(
      'grid',
      ...magnitudes.values.map((m) => line(left, y(m), right, y(m), { stroke: GRID, 'stroke-width': 0.8 })),
    ),
    line(x(0), top, x(0), bottom, { stroke: AXIS, 'stroke-width': 0.8, 'stroke-dasharray': '2 2' }),
    el('rect', { ...plot, fill: 'none', stroke: AXIS, 'stroke-width': 0.8 }),
    group(
      'magnitude-axis',
      ...magnitudes.values.flatMap((m) => [
        line(left - 3, y(m), left, y(m), tick),
        label(left - 5, y(m) + TICK_SIZE * 0.36, m.toFixed(magnitudes.decimals), {
          ...tickText,
          anchor: 'end',
        }),
      ]),
      label(9, middle, 'difference magnitude', { ...titleText, transform: `rotate(-90 9 ${middle})` }),
    ),
    group(
      'age-axis',
      ...ages.values.flatMap((age) => [
        line(x(age), bottom, x(age), bottom + 3, tick),
        label(x(age), bottom + 13, String(age), { ...tickText, anchor: 'middle' }),
      ]),
      label((left + right) / 2, bottom + 26, 'days before the alert', titleText),
    ),
    group(
      'mjd-axis',
      ...datesShown.flatMap((date) => [
        line(x(mjd - date), top, x(mjd - date), top - 3, tick),
        label(x(mjd - date), top - 6, String(date), { ...tickText, fill: MUTED, anchor: 'middle' }),
      ]),
      label(left - 5, top - 6, 'MJD', { ...tickText, fill: MUTED, anchor: 'end' }),
    ),
  ].join('');
};

/** What identifies a point in the SVG: its band and its kind. */
const kind = (fid: number, ...more: readonly string[]): string => [bandLook(fid).name, ...more].join(' ');

const limitMark = ({ age, fid, magnitude }: UpperLimit, x: Scale, y: Scale): string =>
  marker('triangle-down', x(age), y(magnitude), LIMIT_RADIUS, {
    class: kind(fid, 'limit'),
    fill: 'none',
    stroke: bandLook(fid).colour,
    'stroke-width': 1,
    'stroke-opacity': 0.85,
  });

const errorBar = (one: Detection, x: Scale, y: Scale, top: number, bottom: number): string => {
  if (one.error === null || one.error === 0) return '';
  const within = (at: number): number => Math.min(bottom, Math.max(top, at));
  const at = x(one.age);
  return line(at, within(y(one.magnitude - one.error)), at, within(y(one.magnitude + one.error)), {
    class: kind(one.fid),
    stroke: bandLook(one.fid).colour,
    'stroke-width': 1.3,
  });
};

const detectionMark = (one: Detection, x: Scale, y: Scale): string => {
  const { colour, shape } = bandLook(one.fid);
  const radius = one.current ? RADIUS * 1.25 : RADIUS;
  return marker(shape, x(one.age), y(one.magnitude), one.negative ? radius - 0.4 : radius, {
    class: kind(one.fid, one.negative ? 'negative' : 'positive', ...(one.current ? ['current'] : [])),
    fill: one.negative ? '#ffffff' : colour,
    stroke: one.negative ? colour : '#ffffff',
    'stroke-width': one.negative ? 1.5 : 0.6,
  });
};

/** What the picture would otherwise leave unsaid: that there is no history, or that limits are off the scale. */
const remark = (
  { detections, limits }: LightCurvePoints,
  hidden: number,
  plot: Box,
  fonts: Fonts,
): string => {
  const size = 10;
  if (detections.length + limits.length <= 1) {
    return label(plot.x + plot.width * 0.45, plot.y + plot.height / 2, 'no earlier visits in the packet', {
      size,
      fill: MUTED,
      anchor: 'middle',
    });
  }
  if (hidden === 0) return '';
  const text = `${hidden} brighter limit${hidden === 1 ? '' : 's'} off the scale`;
  const width = fonts.width(text, size - 1);
  return [
    el('rect', {
      x: plot.x + 2,
      y: plot.y + 2,
      width: width + 6,
      height: 13,
      fill: '#ffffff',
      'fill-opacity': 0.8,
    }),
    label(plot.x + 5, plot.y + 12, text, { size: size - 1, fill: MUTED }),
  ].join('');
};
