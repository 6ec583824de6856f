import { type Jd, mjdFromJd } from '../../pipeline/alert.ts';
import { type Box, TICK_SIZE } from '../charts/chart.ts';
import { AXIS, GRID, INK, MUTED } from '../drawing/palette.ts';
import { linearScale, niceTicks, type Scale } from '../drawing/scale.ts';
import { el, group, label, line } from '../drawing/svg.ts';
import { ageDomain, magnitudeDomain, yearsDomain } from './light-curve-domains.ts';
import {
  DAYS_STYLE,
  detectionMark,
  errorBar,
  limitMark,
  type MarkStyle,
  YEARS_STYLE,
} from './light-curve-marks.ts';
import type { LightCurvePoints } from './light-curve-points.ts';

const TITLE_SIZE = 9.5;
const MAGNITUDE_TICKS = 4;
/** Units for each tick of time that has room. */
const ROOM_OF_TICK = 38;
const DAYS_A_YEAR = 365.25;

/** Room around the plots for their labels, units; `between` the two of them with the right one's magnitudes. */
export const lightCurveMargins = { left: 38, right: 9, bottom: 28, between: 44 } as const;

/**
 * A light curve: magnitudes upward (brighter is higher), days before the alert on the bottom.
 * @param plot where the data go; tick labels and axis titles are drawn around it, see `lightCurveMargins`
 * @param jd of the alert
 */
export const lightCurvePanel = (points: LightCurvePoints, jd: Jd, plot: Box): string => {
  const x = linearScale(ageDomain(points), [plot.x, plot.x + plot.width]);
  const y = linearScale(magnitudeDomain(points), [plot.y + plot.height, plot.y]);
  const ages = niceTicks(x.domain, Math.min(7, plot.width / ROOM_OF_TICK));
  const middle = plot.y + plot.height / 2;
  return group(
    'light-curve',
    frame(x, y, plot),
    label(9, middle, 'difference mag', {
      size: TITLE_SIZE,
      fill: MUTED,
      anchor: 'middle',
      transform: `rotate(-90 9 ${middle})`,
    }),
    timeAxis(
      'age-axis',
      ages.values.map((age) => ({ at: x(age), text: String(age) })),
      `days before the alert on MJD ${mjdFromJd(jd).toFixed(2)}`,
      plot,
    ),
    remark(points, plot),
    marks(points, x, y, plot, DAYS_STYLE),
  );
};

/** The same of the object's whole history: narrow, in years, the magnitudes at its left in a scale of their own. */
export const historyPanel = (points: LightCurvePoints, plot: Box): string => {
  const x = linearScale(yearsDomain(points), [plot.x, plot.x + plot.width]);
  const y = linearScale(magnitudeDomain(points), [plot.y + plot.height, plot.y]);
  const years = niceTicks(
    [x.domain[0] / DAYS_A_YEAR, x.domain[1] / DAYS_A_YEAR],
    Math.max(2, plot.width / ROOM_OF_TICK),
    1,
  );
  return group(
    'history',
    frame(x, y, plot),
    timeAxis(
      'years-axis',
      years.values.map((year) => ({ at: x(year * DAYS_A_YEAR), text: String(year) })),
      'years before',
      plot,
    ),
    marks(points, x, y, plot, YEARS_STYLE),
  );
};

const marks = (
  { detections, limits }: LightCurvePoints,
  x: Scale,
  y: Scale,
  plot: Box,
  style: MarkStyle,
): string => {
  const [top, bottom] = [plot.y, plot.y + plot.height];
  const shown = limits.filter((limit) => y(limit.magnitude) >= top && y(limit.magnitude) <= bottom);
  return [
    group('upper-limits', ...shown.map((limit) => limitMark(limit, x, y, style))),
    style.errorBars ? group('error-bars', ...detections.map((one) => errorBar(one, x, y, top, bottom))) : '',
    // Forced photometry first and the alert's own point last, so that nothing hides that.
    group('detections', ...[...detections].reverse().map((one) => detectionMark(one, x, y, style))),
  ].join('');
};

/** The box of a plot with its grid, the alert's moment, and the magnitudes at its left. */
const frame = (x: Scale, y: Scale, plot: Box): string => {
  const [left, right, top, bottom] = [plot.x, plot.x + plot.width, plot.y, plot.y + plot.height];
  const magnitudes = niceTicks(y.domain, MAGNITUDE_TICKS);
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
        line(left - 3, y(m), left, y(m), { stroke: AXIS, 'stroke-width': 0.8 }),
        label(left - 5, y(m) + TICK_SIZE * 0.36, m.toFixed(magnitudes.decimals), {
          size: TICK_SIZE,
          fill: INK,
          anchor: 'end',
        }),
      ]),
    ),
  ].join('');
};

const timeAxis = (
  name: string,
  ticks: readonly { readonly at: number; readonly text: string }[],
  title: string,
  plot: Box,
): string => {
  const bottom = plot.y + plot.height;
  return group(
    name,
    ...ticks.flatMap(({ at, text }) => [
      line(at, bottom, at, bottom + 3, { stroke: AXIS, 'stroke-width': 0.8 }),
      label(at, bottom + 12.5, text, { size: TICK_SIZE, fill: INK, anchor: 'middle' }),
    ]),
    label(plot.x + plot.width / 2, bottom + 23.5, title, { size: TITLE_SIZE, fill: MUTED, anchor: 'middle' }),
  );
};

/** What an almost empty plot would otherwise leave unsaid. */
const remark = ({ detections, limits }: LightCurvePoints, plot: Box): string =>
  detections.length + limits.length > 1
    ? ''
    : label(plot.x + plot.width * 0.45, plot.y + plot.height / 2, 'no earlier visits in the packet', {
        size: TITLE_SIZE,
        fill: MUTED,
        anchor: 'middle',
      });
