import { type Fonts, loadFonts } from '../drawing/fonts.ts';
import { type LegendEntry, legend } from '../drawing/legend.ts';
import { marker } from '../drawing/markers.ts';
import { INK, OKABE_ITO } from '../drawing/palette.ts';
import { rasterise } from '../drawing/rasterise.ts';
import { el, group, line, svgDocument } from '../drawing/svg.ts';
import { accuracyAxes } from './accuracy-axes.ts';
import {
  axes,
  type Box,
  bandPath,
  EDGE,
  heading,
  nothingYet,
  pathThrough,
  TEXT_SIZE,
  WIDTH,
} from './chart.ts';
import { CONFUSION_WIDTH, type ConfusionInput, confusionPanel } from './confusion-panel.ts';

/** What one round's model reached; all rates from 0 to 1. */
export interface AccuracyPoint {
  /** Labels the model was trained on. */
  readonly labels: number;
  /** On labels the model had not seen, with its 95 % interval. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  /** Of always answering the more frequent class, on the same objects. */
  readonly majorityRate: number | null;
  /** Where it is what counts; left out of the picture where it is null or absent. */
  readonly balancedAccuracy?: number | null;
}

export interface AccuracyPictureInput {
  readonly title: string;
  readonly subtitle: string;
  /** In order of time; none draws a picture that says so. */
  readonly points: readonly AccuracyPoint[];
  /** Null while there is none: then the curve has all the room. */
  readonly confusion: ConfusionInput | null;
}

const PLOT_HEIGHT = 152;
const PLOT_LEFT = 46;
const GAP = 18;
/** With more rounds than this markers would be a thick line. */
const MOST_MARKED = 15;

const ACCURACY = OKABE_ITO.blue;
const BALANCED = OKABE_ITO.vermillion;
const MAJORITY_LINE = { stroke: INK, 'stroke-width': 1.4, 'stroke-dasharray': '5 3', fill: 'none' } as const;

/**
 * A round's report as one picture: accuracy with its interval against labels, and the confusion beside it. PNG, 1080
 * pixels wide.
 */
export const accuracyPicture = (input: AccuracyPictureInput, fonts: Fonts = loadFonts()): Buffer =>
  rasterise(accuracySvg(input, fonts), fonts);

/** The same as SVG, 360 units wide. */
export const accuracySvg = (
  { title, subtitle, points, confusion }: AccuracyPictureInput,
  fonts: Fonts,
): string => {
  const head = heading(title, subtitle, fonts);
  const signs = legend(entries(points), EDGE, head.bottom + 19, {
    width: WIDTH - 2 * EDGE,
    size: TEXT_SIZE,
    fill: INK,
    fonts,
  });
  const beside = confusion === null ? 0 : CONFUSION_WIDTH + GAP;
  const top = signs.bottom + 11;
  const plot: Box = {
    x: PLOT_LEFT,
    y: top,
    width: WIDTH - PLOT_LEFT - EDGE - beside,
    height: PLOT_HEIGHT,
  };
  return svgDocument(
    WIDTH,
    plot.y + PLOT_HEIGHT + 34,
    head.svg,
    ...(points.length === 0
      ? [nothingYet('No accuracy yet: it comes with the first round that has trained a model.', plot, fonts)]
      : [signs.svg, curves(points, plot)]),
    confusion === null
      ? ''
      : confusionPanel(confusion, { x: WIDTH - EDGE - CONFUSION_WIDTH, y: top, height: PLOT_HEIGHT }, fonts),
  );
};

type Rate = (point: AccuracyPoint) => number | null | undefined;

const majority: Rate = (point) => point.majorityRate;
const balanced: Rate = (point) => point.balancedAccuracy;

const known = (points: readonly AccuracyPoint[], rate: Rate): readonly { labels: number; rate: number }[] =>
  points.flatMap((point) => {
    const value = rate(point);
    return typeof value === 'number' ? [{ labels: point.labels, rate: value }] : [];
  });

const entries = (points: readonly AccuracyPoint[]): readonly LegendEntry[] => [
  {
    text: 'accuracy, 95 % interval',
    width: 18,
    sign: (x, y) =>
      el('rect', { x: x - 9, y: y - 5, width: 18, height: 10, fill: ACCURACY, 'fill-opacity': 0.18 }) +
      line(x - 9, y, x + 9, y, { stroke: ACCURACY, 'stroke-width': 1.6 }) +
      marker('circle', x, y, 3.2, { fill: ACCURACY }),
  },
  ...(known(points, balanced).length > 0
    ? [
        {
          text: 'balanced accuracy',
          width: 18,
          sign: (x: number, y: number) =>
            line(x - 9, y, x + 9, y, { stroke: BALANCED, 'stroke-width': 1.4 }) +
            marker('square', x, y, 3.2, { fill: BALANCED }),
        },
      ]
    : []),
  ...(known(points, majority).length > 0
    ? [
        {
          text: 'always the more frequent class',
          width: 18,
          sign: (x: number, y: number) => line(x - 9, y, x + 9, y, MAJORITY_LINE),
        },
      ]
    : []),
];

const curves = (points: readonly AccuracyPoint[], plot: Box): string => {
  const { x, y } = accuracyAxes(
    points.map((one) => one.labels),
    [
      ...points.map((one) => one.low),
      ...[...known(points, majority), ...known(points, balanced)].map((one) => one.rate),
    ],
    plot,
  );
  const place = ({ labels, rate }: { readonly labels: number; readonly rate: number }) =>
    [x.scale(labels), y.scale(rate)] as const;
  const accuracies = known(points, (one) => one.accuracy).map(place);
  const balances = known(points, balanced).map(place);
  const size = points.length > MOST_MARKED ? 2.2 : 3.2;
  const rim = { stroke: '#ffffff', 'stroke-width': 0.6 };
  return group(
    'accuracy',
    axes(x, y, plot),
    interval(points, (one) => place(one)),
    majorityLine(known(points, majority), place, plot),
    el('path', {
      class: 'balanced',
      d: pathThrough(balances),
      fill: 'none',
      stroke: BALANCED,
      'stroke-width': 1.4,
    }),
    group(
      'balances',
      ...balances.map(([px, py]) => marker('square', px, py, size, { fill: BALANCED, ...rim })),
    ),
    el('path', { d: pathThrough(accuracies), fill: 'none', stroke: ACCURACY, 'stroke-width': 1.6 }),
    group(
      'points',
      ...accuracies.map(([px, py]) => marker('circle', px, py, size, { fill: ACCURACY, ...rim })),
    ),
  );
};

type Place = (at: { readonly labels: number; readonly rate: number }) => readonly [number, number];

/** Of a single round a bar, of more a band between them. */
const interval = (points: readonly AccuracyPoint[], place: Place): string => {
  const edges = points.map(({ labels, low, high }) => {
    const [at, bottom] = place({ labels, rate: low });
    return [at, bottom, place({ labels, rate: high })[1]] as const;
  });
  const [only, ...others] = edges;
  if (only === undefined || others.length > 0) {
    return el('path', { class: 'interval', d: bandPath(edges), fill: ACCURACY, 'fill-opacity': 0.18 });
  }
  const [at, low, high] = only;
  const style = { stroke: ACCURACY, 'stroke-width': 1.4 };
  return group(
    'interval',
    line(at, low, at, high, style),
    line(at - 4, low, at + 4, low, style),
    line(at - 4, high, at + 4, high, style),
  );
};

/** The majority rate over the rounds; of a single round a line across the plot. */
const majorityLine = (
  rates: readonly { readonly labels: number; readonly rate: number }[],
  place: Place,
  plot: Box,
): string => {
  const drawn = rates.map(place);
  const [only, ...others] = drawn;
  if (only === undefined) return '';
  const ends = [
    [plot.x, only[1]],
    [plot.x + plot.width, only[1]],
  ] as const;
  return el('path', {
    class: 'majority-rate',
    d: pathThrough(others.length === 0 ? ends : drawn),
    ...MAJORITY_LINE,
  });
};
