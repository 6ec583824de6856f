import { type Fonts, loadFonts } from '../drawing/fonts.ts';
import { type LegendEntry, legend } from '../drawing/legend.ts';
import { AXIS, INK, MUTED, OKABE_ITO } from '../drawing/palette.ts';
import { rasterise } from '../drawing/rasterise.ts';
import { linearScale, niceTicks } from '../drawing/scale.ts';
import { el, group, label, line, svgDocument } from '../drawing/svg.ts';
import { axes, type Box, EDGE, heading, nothingYet, TEXT_SIZE, TICK_SIZE, WIDTH } from './chart.ts';

/** How much a feature matters, in the unit of the picture's axis. */
export interface FeatureImportance {
  readonly name: string;
  readonly value: number;
  /** An interval, e.g. 95 % over repeated permutations. One that reaches zero is within noise. */
  readonly low: number;
  readonly high: number;
}

export interface ImportancePictureInput {
  readonly title: string;
  readonly subtitle: string;
  /** The axis' title with its unit, e.g. 'accuracy lost when shuffled, points'. */
  readonly quantity: string;
  /** In any order; drawn by value, the largest on top. */
  readonly features: readonly FeatureImportance[];
}

const COLOUR = OKABE_ITO.blue;
const NOISE = '#c3c6cc';
const ROW = 14;
const BAR = 8.5;
const MOST_NAME = 150;

/** Feature importances as horizontal bars with intervals, as PNG, 1080 pixels wide. */
export const importancePicture = (input: ImportancePictureInput, fonts: Fonts = loadFonts()): Buffer =>
  rasterise(importanceSvg(input, fonts), fonts);

/** The same as SVG, 360 units wide. */
export const importanceSvg = (input: ImportancePictureInput, fonts: Fonts): string => {
  const features = [...input.features].sort((a, b) => b.value - a.value);
  const head = heading(input.title, input.subtitle, fonts);
  const signs = legend(entries(features), EDGE, head.bottom + 19, {
    width: WIDTH - 2 * EDGE,
    size: TEXT_SIZE,
    fill: INK,
    fonts,
  });
  const widest = features.reduce((room, one) => Math.max(room, fonts.width(one.name, TICK_SIZE)), 0);
  const left = EDGE + Math.min(MOST_NAME, widest) + 7;
  const height = Math.max(4, features.length) * ROW + 6;
  const plot: Box = { x: left, y: signs.bottom + 10, width: WIDTH - left - EDGE - 6, height };
  return svgDocument(
    WIDTH,
    plot.y + height + 33,
    head.svg,
    ...(features.length === 0
      ? [nothingYet('No importances yet: they come with the first model.', plot, fonts)]
      : [signs.svg, bars(features, input.quantity, plot, fonts)]),
  );
};

const isNoise = (feature: FeatureImportance): boolean => feature.low <= 0;

const swatch =
  (fill: string) =>
  (x: number, y: number): string =>
    el('rect', { x: x - 6, y: y - BAR / 2, width: 12, height: BAR, fill });

const entries = (features: readonly FeatureImportance[]): readonly LegendEntry[] => [
  ...(features.every(isNoise) ? [] : [{ text: 'matters', width: 12, sign: swatch(COLOUR) }]),
  ...(features.some(isNoise)
    ? [{ text: 'within noise: the interval reaches zero', width: 12, sign: swatch(NOISE) }]
    : []),
];

const bars = (features: readonly FeatureImportance[], quantity: string, plot: Box, fonts: Fonts): string => {
  const low = features.reduce((least, one) => Math.min(least, one.low, one.value), 0);
  const high = features.reduce((most, one) => Math.max(most, one.high, one.value), Number.MIN_VALUE);
  const margin = 0.04 * (high - low);
  const x = linearScale([low === 0 ? 0 : low - margin, high + margin], [plot.x, plot.x + plot.width]);
  const y = linearScale([0, features.length], [plot.y + 3, plot.y + plot.height - 3]);
  const ticks = niceTicks(x.domain, 5);
  const none = { values: [], step: 1, decimals: 0 };
  return group(
    'importance',
    axes(
      { scale: x, ticks, write: (value) => value.toFixed(ticks.decimals).replace('-', '−'), title: quantity },
      { scale: y, ticks: none, write: String, title: '' },
      plot,
    ),
    line(x(0), plot.y, x(0), plot.y + plot.height, { stroke: AXIS, 'stroke-width': 0.8 }),
    ...features.map((feature, i) => {
      const middle = y(i + 0.5);
      const noise = isNoise(feature);
      const ends = [x(0), x(feature.value)];
      const name = fonts.fit(feature.name, MOST_NAME, TICK_SIZE);
      return group(
        noise ? 'feature noise' : 'feature',
        label(plot.x - 5, middle + TICK_SIZE * 0.36, name, {
          size: TICK_SIZE,
          anchor: 'end',
          fill: noise ? MUTED : INK,
        }),
        el('rect', {
          x: Math.min(...ends),
          y: middle - BAR / 2,
          width: Math.abs(x(feature.value) - x(0)),
          height: BAR,
          fill: noise ? NOISE : COLOUR,
        }),
        line(x(feature.low), middle, x(feature.high), middle, { stroke: INK, 'stroke-width': 1 }),
      );
    }),
  );
};
