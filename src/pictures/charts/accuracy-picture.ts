import { type Fonts, loadFonts } from '../drawing/fonts.ts';
import { type LegendEntry, legend } from '../drawing/legend.ts';
import { marker } from '../drawing/markers.ts';
import { AXIS, INK, MUTED, OKABE_ITO } from '../drawing/palette.ts';
import { rasterise } from '../drawing/rasterise.ts';
import type { Scale } from '../drawing/scale.ts';
import { el, group, label, line, svgDocument } from '../drawing/svg.ts';
import { accuracyAxes } from './accuracy-axes.ts';
import {
  axes,
  type Box,
  bandPath,
  EDGE,
  heading,
  nothingYet,
  pathThrough,
  percent,
  TEXT_SIZE,
  WIDTH,
} from './chart.ts';

/** What one round's model reached; all rates from 0 to 1. */
export interface AccuracyPoint {
  /** Labels the model was trained on. */
  readonly labels: number;
  /** On labels the model had not seen, with its 95 % interval. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  /** Of always answering the more frequent class, on the same labels. */
  readonly majorityRate: number | null;
  /** On the labels it was trained on; left out of the picture where it is null or absent. */
  readonly trainingAccuracy?: number | null;
}

export interface AccuracyPictureInput {
  /** Default: 'Accuracy over the rounds'. */
  readonly title?: string;
  /** In order of time; none draws a picture that says so. */
  readonly points: readonly AccuracyPoint[];
}

const COLOUR = OKABE_ITO.blue;
const PLOT_HEIGHT = 165;
/** With more rounds than this, error bars become a band. */
const MOST_BARS = 15;

/** Accuracy against labels over the rounds, as PNG, 1080 pixels wide. */
export const accuracyPicture = (input: AccuracyPictureInput, fonts: Fonts = loadFonts()): Buffer =>
  rasterise(accuracySvg(input, fonts), fonts);

/** The same as SVG, 360 units wide. */
export const accuracySvg = ({ title, points }: AccuracyPictureInput, fonts: Fonts): string => {
  const head = heading(
    title ?? 'Accuracy over the rounds',
    'on labels that the model had not seen, with its 95 % interval',
    fonts,
  );
  const signs = legend(entries(points), EDGE, head.bottom + 19, {
    width: WIDTH - 2 * EDGE,
    size: TEXT_SIZE,
    fill: INK,
    fonts,
  });
  const plot: Box = { x: 48, y: signs.bottom + 10, width: WIDTH - 48 - EDGE, height: PLOT_HEIGHT };
  return svgDocument(
    WIDTH,
    plot.y + PLOT_HEIGHT + 33,
    head.svg,
    ...(points.length === 0
      ? [nothingYet('No accuracy yet: it comes with the first round that has trained a model.', plot, fonts)]
      : [signs.svg, curves(points, plot)]),
  );
};

const known = (
  points: readonly AccuracyPoint[],
  rate: (point: AccuracyPoint) => number | null | undefined,
): readonly { readonly labels: number; readonly rate: number }[] =>
  points.flatMap((point) => {
    const value = rate(point);
    return typeof value === 'number' ? [{ labels: point.labels, rate: value }] : [];
  });

const majority = (point: AccuracyPoint): number | null => point.majorityRate;
const training = (point: AccuracyPoint): number | null | undefined => point.trainingAccuracy;

const MAJORITY_LINE = { stroke: INK, 'stroke-width': 1.4, 'stroke-dasharray': '5 3', fill: 'none' } as const;
const TRAINING_LINE = { stroke: AXIS, 'stroke-width': 1, 'stroke-dasharray': '1 2.5', fill: 'none' } as const;

const entries = (points: readonly AccuracyPoint[]): readonly LegendEntry[] => {
  const dash = (style: Readonly<Record<string, string | number>>) => (x: number, y: number) =>
    line(x - 8, y, x + 8, y, style);
  return [
    { text: 'accuracy', sign: (x, y) => marker('circle', x, y, 3.6, { fill: COLOUR }) },
    ...(known(points, majority).length > 0
      ? [{ text: 'always the more frequent class', sign: dash(MAJORITY_LINE), width: 16 }]
      : []),
    ...(known(points, training).length > 0
      ? [{ text: 'on its own training labels (parity only)', sign: dash(TRAINING_LINE), width: 16 }]
      : []),
  ];
};

const curves = (points: readonly AccuracyPoint[], plot: Box): string => {
  const rates = [...points.map((one) => one.low), ...known(points, majority).map((one) => one.rate)];
  const { x, y } = accuracyAxes(
    points.map((one) => one.labels),
    rates,
    plot,
  );
  const drawn = points.map((one) => [x.scale(one.labels), y.scale(one.accuracy)] as const);
  return group(
    'accuracy',
    axes(x, y, plot),
    rateLine('training-accuracy', known(points, training), x.scale, y.scale, plot, TRAINING_LINE),
    rateLine('majority-rate', known(points, majority), x.scale, y.scale, plot, MAJORITY_LINE),
    intervals(points, x.scale, y.scale),
    el('path', { d: pathThrough(drawn), fill: 'none', stroke: COLOUR, 'stroke-width': 1.6 }),
    group(
      'points',
      ...drawn.map(([px, py]) =>
        marker('circle', px, py, points.length > MOST_BARS ? 2.2 : 3.4, {
          fill: COLOUR,
          stroke: '#ffffff',
          'stroke-width': 0.6,
        }),
      ),
    ),
    latest(points, x.scale, y.scale, plot),
  );
};

/** A rate over the rounds; of a single round a line across the plot. */
const rateLine = (
  name: string,
  rates: readonly { readonly labels: number; readonly rate: number }[],
  x: Scale,
  y: Scale,
  plot: Box,
  style: Readonly<Record<string, string | number>>,
): string => {
  const [only, ...others] = rates;
  if (only === undefined) return '';
  const points =
    others.length === 0
      ? ([
          [plot.x, y(only.rate)],
          [plot.x + plot.width, y(only.rate)],
        ] as const)
      : rates.map((one) => [x(one.labels), y(one.rate)] as const);
  return el('path', { class: name, d: pathThrough(points), ...style });
};

const intervals = (points: readonly AccuracyPoint[], x: Scale, y: Scale): string => {
  if (points.length > MOST_BARS) {
    const d = bandPath(points.map((one) => [x(one.labels), y(one.low), y(one.high)] as const));
    return el('path', { class: 'interval', d, fill: COLOUR, 'fill-opacity': 0.18 });
  }
  const cap = 2.5;
  return group(
    'interval',
    ...points.flatMap((one) => {
      const [at, low, high] = [x(one.labels), y(one.low), y(one.high)];
      const style = { stroke: COLOUR, 'stroke-width': 1.2 };
      return [
        line(at, low, at, high, style),
        line(at - cap, low, at + cap, low, style),
        line(at - cap, high, at + cap, high, style),
      ];
    }),
  );
};

/** The last round's figure, in the corner that accuracies leave free. */
const latest = (points: readonly AccuracyPoint[], x: Scale, y: Scale, plot: Box): string => {
  const last = points.at(-1);
  if (last === undefined) return '';
  const right = plot.x + plot.width - 6;
  const bottom = plot.y + plot.height - 8;
  // Beside the figure a first round's bar could be; then the other corner is free.
  const free = points.every((one) => x(one.labels) < right - 120 || y(one.low) < bottom - 24);
  const place = free ? ({ x: right, anchor: 'end' } as const) : ({ x: plot.x + 6, anchor: 'start' } as const);
  const text = `now ${percent(last.accuracy)} (${percent(last.low)} to ${percent(last.high)})`;
  return label(place.x, bottom, text, { size: TEXT_SIZE, weight: 600, anchor: place.anchor, fill: MUTED });
};
