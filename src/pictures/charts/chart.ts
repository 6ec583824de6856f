import type { Fonts } from '../drawing/fonts.ts';
import { wrap } from '../drawing/legend.ts';
import { AXIS, GRID, INK, MUTED } from '../drawing/palette.ts';
import type { Scale, Ticks } from '../drawing/scale.ts';
import { el, group, label, line } from '../drawing/svg.ts';

/** A rectangle in picture units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All pictures are as wide as a phone shows them, so that a unit is a pixel there. */
export const WIDTH = 360;
export const EDGE = 9;
export const TICK_SIZE = 10;
export const TEXT_SIZE = 10.5;

/** One axis: its scale and ticks, how a tick is written, and what it measures with its unit. */
export interface Axis {
  readonly scale: Scale;
  readonly ticks: Ticks;
  readonly write: (value: number) => string;
  readonly title: string;
}

export const percent = (value: number): string => `${Math.round(value * 100)} %`;

/** Headline, and below it a wrapped caption; returns the baseline of the last line. */
export const heading = (
  title: string,
  subtitle: string,
  fonts: Fonts,
): { readonly svg: string; readonly bottom: number } => {
  const room = WIDTH - 2 * EDGE;
  const lines = wrap(subtitle, room, TEXT_SIZE, fonts);
  return {
    svg: group(
      'title',
      label(EDGE, 18, fonts.fit(title, room, 14, 600), { size: 14, weight: 600, fill: INK }),
      ...lines.map((text, i) => label(EDGE, 33 + 14 * i, text, { size: TEXT_SIZE, fill: MUTED })),
    ),
    bottom: 19 + 14 * lines.length,
  };
};

/** Frame, horizontal grid, ticks and titles of a plot whose y axis is on the left and x axis below. */
export const axes = (x: Axis, y: Axis, plot: Box): string => {
  const [left, right, top, bottom] = [plot.x, plot.x + plot.width, plot.y, plot.y + plot.height];
  const tick = { stroke: AXIS, 'stroke-width': 0.8 };
  const text = { size: TICK_SIZE, fill: INK } as const;
  const titleText = { size: TICK_SIZE, fill: MUTED, anchor: 'middle' } as const;
  const middle = (top + bottom) / 2;
  return [
    group(
      'grid',
      ...y.ticks.values.map((v) =>
        line(left, y.scale(v), right, y.scale(v), { stroke: GRID, 'stroke-width': 0.8 }),
      ),
    ),
    el('rect', { ...plot, fill: 'none', stroke: AXIS, 'stroke-width': 0.8 }),
    group(
      'y-axis',
      ...y.ticks.values.flatMap((v) => [
        line(left - 3, y.scale(v), left, y.scale(v), tick),
        label(left - 5, y.scale(v) + TICK_SIZE * 0.36, y.write(v), { ...text, anchor: 'end' }),
      ]),
      label(9, middle, y.title, { ...titleText, transform: `rotate(-90 9 ${middle})` }),
    ),
    group(
      'x-axis',
      ...x.ticks.values.flatMap((v) => [
        line(x.scale(v), bottom, x.scale(v), bottom + 3, tick),
        label(x.scale(v), bottom + 13, x.write(v), { ...text, anchor: 'middle' }),
      ]),
      label((left + right) / 2, bottom + 26, x.title, titleText),
    ),
  ].join('');
};

/** A line through points, in SVG's path language; empty for no point. */
export const pathThrough = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`).join('');

/** The area between two lines over the same x, given as [x, low y, high y]. */
export const bandPath = (points: readonly (readonly [number, number, number])[]): string => {
  const low = points.map(([x, y]) => [x, y] as const);
  const high = points.map(([x, , y]) => [x, y] as const).reverse();
  return points.length === 0 ? '' : `${pathThrough([...low, ...high])}Z`;
};

/** In place of a chart that has nothing to show: why. */
export const nothingYet = (text: string, plot: Box, fonts: Fonts): string => {
  const lines = wrap(text, plot.width - 40, TEXT_SIZE, fonts);
  const top = plot.y + plot.height / 2 - ((lines.length - 1) * 15) / 2;
  return [
    el('rect', { ...plot, fill: 'none', stroke: GRID, 'stroke-width': 0.8 }),
    ...lines.map((one, i) =>
      label(plot.x + plot.width / 2, top + 15 * i, one, { size: TEXT_SIZE, fill: MUTED, anchor: 'middle' }),
    ),
  ].join('');
};
