import { type Fonts, loadFonts } from '../drawing/fonts.ts';
import { type LegendEntry, legend } from '../drawing/legend.ts';
import { type MarkerShape, marker } from '../drawing/markers.ts';
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

/** Held-out accuracy after some labels, over several seeds; all rates from 0 to 1. */
export interface LearningPoint {
  readonly labels: number;
  readonly mean: number;
  /** The band's edges, e.g. mean -+ standard deviation over the seeds. */
  readonly low: number;
  readonly high: number;
}

/** One strategy or engine. */
export interface LearningCurve {
  readonly name: string;
  readonly points: readonly LearningPoint[];
}

export interface LearningCurvesPictureInput {
  readonly title: string;
  /** What the data and the band are, e.g. 'band: one standard deviation over 20 seeds'. */
  readonly subtitle: string;
  readonly curves: readonly LearningCurve[];
  /** Of the held-out set, as a dashed line; null for none. */
  readonly majorityRate: number | null;
}

interface CurveLook {
  readonly colour: string;
  readonly shape: MarkerShape;
  readonly dash: string | undefined;
}

/** Curves differ in colour, marker and dash; the looks begin again after the sixth. */
const LOOKS: readonly [CurveLook, ...CurveLook[]] = [
  { colour: OKABE_ITO.blue, shape: 'circle', dash: undefined },
  { colour: OKABE_ITO.vermillion, shape: 'square', dash: '6 3' },
  { colour: OKABE_ITO.bluishGreen, shape: 'triangle-up', dash: '2 2' },
  { colour: OKABE_ITO.reddishPurple, shape: 'diamond', dash: '8 3 2 3' },
  { colour: OKABE_ITO.orange, shape: 'triangle-down', dash: '4 2' },
  { colour: '#333333', shape: 'cross', dash: '10 4' },
];
const lookOf = (i: number): CurveLook => LOOKS[i % LOOKS.length] ?? LOOKS[0];

const PLOT_HEIGHT = 190;
/** More markers than this along a curve would be a thick line. */
const MOST_MARKERS = 10;
const MAJORITY = {
  class: 'majority-rate',
  stroke: INK,
  'stroke-width': 1.2,
  'stroke-dasharray': '5 3',
} as const;

/** Learning curves of several strategies against labels, as PNG, 1080 pixels wide. */
export const learningCurvesPicture = (
  input: LearningCurvesPictureInput,
  fonts: Fonts = loadFonts(),
): Buffer => rasterise(learningCurvesSvg(input, fonts), fonts);

/** The same as SVG, 360 units wide. */
export const learningCurvesSvg = (input: LearningCurvesPictureInput, fonts: Fonts): string => {
  const head = heading(input.title, input.subtitle, fonts);
  const signs = legend(entries(input), EDGE, head.bottom + 19, {
    width: WIDTH - 2 * EDGE,
    size: TEXT_SIZE,
    fill: INK,
    fonts,
  });
  const plot: Box = { x: 48, y: signs.bottom + 10, width: WIDTH - 48 - EDGE, height: PLOT_HEIGHT };
  const empty = input.curves.every((curve) => curve.points.length === 0);
  return svgDocument(
    WIDTH,
    plot.y + PLOT_HEIGHT + 33,
    head.svg,
    ...(empty ? [nothingYet('No curve to show.', plot, fonts)] : [signs.svg, curves(input, plot)]),
  );
};

const entries = ({ curves, majorityRate }: LearningCurvesPictureInput): readonly LegendEntry[] => [
  ...curves.map(({ name }, i): LegendEntry => {
    const { colour, shape, dash } = lookOf(i);
    const stroke = { stroke: colour, 'stroke-width': 1.6, 'stroke-dasharray': dash };
    return {
      text: name,
      width: 22,
      sign: (x, y) => line(x - 11, y, x + 11, y, stroke) + marker(shape, x, y, 3.2, { fill: colour }),
    };
  }),
  ...(majorityRate === null
    ? []
    : [
        {
          text: 'always the more frequent class',
          width: 22,
          sign: (x: number, y: number) => line(x - 11, y, x + 11, y, MAJORITY),
        },
      ]),
];

const curves = ({ curves: all, majorityRate }: LearningCurvesPictureInput, plot: Box): string => {
  const points = all.flatMap((curve) => curve.points);
  const { x, y } = accuracyAxes(
    points.map((one) => one.labels),
    [...points.map((one) => one.low), ...(majorityRate === null ? [] : [majorityRate])],
    plot,
  );
  const drawn = all.map((curve, i) => ({
    look: lookOf(i),
    line: curve.points.map((one) => [x.scale(one.labels), y.scale(one.mean)] as const),
    band: curve.points.map((one) => [x.scale(one.labels), y.scale(one.low), y.scale(one.high)] as const),
    // Markers of different curves at different places, so that they do not hide each other.
    marked: markedIndices(curve.points.length, i),
  }));
  return group(
    'learning-curves',
    axes(x, { ...y, title: 'held-out accuracy' }, plot),
    majorityRate === null
      ? ''
      : line(plot.x, y.scale(majorityRate), plot.x + plot.width, y.scale(majorityRate), MAJORITY),
    ...drawn.map(({ look, band }) =>
      el('path', { class: 'band', d: bandPath(band), fill: look.colour, 'fill-opacity': 0.14 }),
    ),
    ...drawn.map(({ look, line: points, marked }) =>
      group(
        'curve',
        el('path', {
          d: pathThrough(points),
          fill: 'none',
          stroke: look.colour,
          'stroke-width': 1.6,
          'stroke-dasharray': look.dash,
        }),
        ...points.flatMap(([px, py], i) =>
          marked.has(i)
            ? [marker(look.shape, px, py, 3.2, { fill: look.colour, stroke: '#ffffff', 'stroke-width': 0.6 })]
            : [],
        ),
      ),
    ),
  );
};

const markedIndices = (length: number, offset: number): ReadonlySet<number> => {
  const every = Math.max(1, Math.ceil(length / MOST_MARKERS));
  return new Set(
    Array.from({ length }, (_, i) => i).filter((i) => i % every === offset % every || length === 1),
  );
};
