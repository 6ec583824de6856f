import { describe, expect, it } from 'vitest';
import {
  type AccuracyPoint,
  accuracyPicture,
  accuracySvg,
} from '../../src/pictures/charts/accuracy-picture.ts';
import { importancePicture, importanceSvg } from '../../src/pictures/charts/importance-picture.ts';
import {
  learningCurvesPicture,
  learningCurvesSvg,
} from '../../src/pictures/charts/learning-curves-picture.ts';
import { loadFonts } from '../../src/pictures/drawing/fonts.ts';
import { decodePng, textsOf } from './images.ts';

const fonts = loadFonts();
const texts = (svg: string, name: string): readonly string[] => textsOf(svg, name).map(({ text }) => text);

const points: readonly AccuracyPoint[] = [
  { labels: 10, accuracy: 0.6, low: 0.31, high: 0.83, majorityRate: 0.6 },
  { labels: 20, accuracy: 0.7, low: 0.48, high: 0.86, majorityRate: 0.55 },
  { labels: 40, accuracy: 0.8, low: 0.64, high: 0.9, majorityRate: 0.53 },
];

/** Circles of a group, in the order drawn. */
const circles = (svg: string): readonly { x: number; y: number }[] =>
  [...(/<g class="points">(.*?)<\/g>/.exec(svg)?.[1] ?? '').matchAll(/translate\(([\d.]+) ([\d.]+)\)/g)].map(
    ([, x, y]) => ({ x: Number(x), y: Number(y) }),
  );

describe('accuracy over the rounds', () => {
  const svg = accuracySvg({ points }, fonts);

  it('rises when the accuracy does, and places rounds by their labels', () => {
    const [a, b, c] = circles(svg);
    expect(a && b && c && a.y > b.y && b.y > c.y).toBe(true);
    expect(((c?.x ?? 0) - (b?.x ?? 0)) / ((b?.x ?? 0) - (a?.x ?? 0))).toBeCloseTo(2, 1);
  });

  it('has the interval around each point, as long as it is', () => {
    const ends = [
      ...(/<g class="interval">(.*?)<\/g>/.exec(svg)?.[1] ?? '').matchAll(
        /<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/g,
      ),
    ]
      .filter(([, x1, , x2]) => x1 === x2)
      .map(([, , y1, , y2]) => ({ low: Number(y1), high: Number(y2) }));
    const drawn = circles(svg);
    const perUnit = ((drawn[0]?.y ?? 0) - (drawn[2]?.y ?? 0)) / 0.2;
    expect(ends).toHaveLength(3);
    for (const [i, { low, high }] of ends.entries()) {
      const point = points[i];
      expect(low - (drawn[i]?.y ?? 0)).toBeCloseTo(((point?.accuracy ?? 0) - (point?.low ?? 0)) * perUnit, 0);
      expect((drawn[i]?.y ?? 0) - high).toBeCloseTo(
        ((point?.high ?? 0) - (point?.accuracy ?? 0)) * perUnit,
        0,
      );
    }
  });

  it('has the majority rate as a dashed line and says what it is', () => {
    expect(svg).toMatch(/<path class="majority-rate"[^>]*stroke-dasharray="5 3"/);
    expect(texts(svg, 'legend')).toEqual(['accuracy', 'always the more frequent class']);
    const without = accuracySvg({ points: points.map((one) => ({ ...one, majorityRate: null })) }, fonts);
    expect(without).not.toContain('majority-rate');
  });

  it('names its axes with their units, and the last figure', () => {
    expect(texts(svg, 'x-axis')).toContain('labels trained on');
    expect(texts(svg, 'y-axis')).toEqual(['20 %', '40 %', '60 %', '80 %', '100 %', 'accuracy']);
    expect(svg).toContain('now 80 % (64 % to 90 %)');
    expect(texts(svg, 'title')[1]).toContain('labels that the model had not seen');
  });

  it('shows the training accuracy only when asked to, and calls it a parity figure', () => {
    expect(svg).not.toContain('training');
    const parity = accuracySvg({ points: points.map((one) => ({ ...one, trainingAccuracy: 1 })) }, fonts);
    expect(parity).toContain('class="training-accuracy"');
    expect(texts(parity, 'legend')).toContain('on its own training labels (parity only)');
  });

  it('has a band instead of bars over many rounds', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({
      labels: 10 * i + 10,
      accuracy: 0.8,
      low: 0.7,
      high: 0.9,
      majorityRate: 0.5,
    }));
    const long = accuracySvg({ points: many }, fonts);
    expect(long).toMatch(/<path class="interval" d="M[^"]*Z"/);
    expect(circles(long)).toHaveLength(30);
  });

  it('says so when there is none yet, and shows a single round', () => {
    expect(accuracySvg({ points: [] }, fonts)).toContain('No accuracy yet');
    const one = accuracySvg({ points: points.slice(0, 1) }, fonts);
    expect(circles(one)).toHaveLength(1);
    expect(one).not.toMatch(/NaN|Infinity/);
  });

  it('is a PNG with the last round where the SVG has it', () => {
    const image = decodePng(accuracyPicture({ points }, fonts));
    const last = circles(svg).at(-1) ?? { x: 0, y: 0 };
    expect(image.width).toBe(1080);
    expect(image.at(last.x * 3, last.y * 3)).toEqual([0, 114, 178]);
    expect(image.at(2, 2)).toEqual([255, 255, 255]);
  });
});

describe('learning curves', () => {
  const curve = (name: string, top: number) => ({
    name,
    points: Array.from({ length: 12 }, (_, i) => ({
      labels: 10 * (i + 1),
      mean: top - 0.3 / (i + 1),
      low: top - 0.35 / (i + 1),
      high: top - 0.25 / (i + 1),
    })),
  });
  const input = {
    title: 'Uncertain against random',
    subtitle: 'band: one standard deviation over 20 seeds',
    majorityRate: 0.53,
    curves: [curve('uncertainty', 0.9), curve('random', 0.85), curve('reference', 0.8)],
  };
  const svg = learningCurvesSvg(input, fonts);

  it('differ in colour, dash and marker', () => {
    const lines = [
      ...svg.matchAll(
        /<g class="curve"><path [^>]*stroke="(#\w+)"[^>]*?(?:stroke-dasharray="([\d ]+)")?\/>/g,
      ),
    ];
    expect(lines).toHaveLength(3);
    expect(new Set(lines.map(([, colour]) => colour)).size).toBe(3);
    expect(new Set(lines.map(([, , dash]) => dash)).size).toBe(3);
    const shapes = [...svg.matchAll(/<g class="curve">.*?<\/g>/g)].map(([one]) =>
      one.includes('<circle') ? 'circle' : String(one.match(/<path d="[^"]*Z"/g)?.[0]),
    );
    expect(new Set(shapes).size).toBe(3);
  });

  it('have a band each, a legend, and the majority rate', () => {
    expect(svg.match(/class="band"/g)).toHaveLength(3);
    expect(texts(svg, 'legend')).toEqual([
      'uncertainty',
      'random',
      'reference',
      'always the more frequent class',
    ]);
    expect(svg.match(/class="majority-rate"/g)).toHaveLength(2);
    expect(learningCurvesSvg({ ...input, majorityRate: null }, fonts)).not.toContain('majority-rate');
    expect(texts(svg, 'y-axis')).toContain('held-out accuracy');
  });

  it('are drawn as a PNG, and none says so', () => {
    expect(decodePng(learningCurvesPicture(input, fonts)).width).toBe(1080);
    expect(learningCurvesSvg({ ...input, curves: [] }, fonts)).toContain('No curve to show');
  });
});

describe('feature importances', () => {
  const input = {
    title: 'What the model goes by',
    subtitle: 'permutation importance; bars: 95 % over 30 shuffles',
    quantity: 'accuracy lost when shuffled, points',
    features: [
      { name: 'drb', value: 0.2, low: -0.4, high: 0.8 },
      { name: 'sep_arcsec', value: 6, low: 4.5, high: 7.5 },
      { name: 'median_absolute_deviationr_', value: 3, low: 1, high: 5 },
    ],
  };
  const svg = importanceSvg(input, fonts);

  it('are in order, the largest on top and longest', () => {
    const rows = [
      ...svg.matchAll(
        /<g class="feature[^"]*"><text x="[\d.]+" y="([\d.]+)"[^>]*>([^<]+)<.*?<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g,
      ),
    ];
    expect(rows.map(([, , name]) => name)).toEqual(['sep_arcsec', 'median_absolute_deviationr_', 'drb']);
    const heights = rows.map(([, y]) => Number(y));
    expect([...heights].sort((a, b) => a - b)).toEqual(heights);
    const widths = rows.map(([, , , , width]) => Number(width));
    expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBeCloseTo(2, 1);
  });

  it('are grey within noise, and called so', () => {
    const noise = [...svg.matchAll(/<g class="feature noise">.*?<\/g>/g)].map(([one]) => one);
    expect(noise).toHaveLength(1);
    expect(noise[0]).toContain('>drb<');
    expect(noise[0]).toContain('fill="#c3c6cc"');
    expect(texts(svg, 'legend')).toEqual(['matters', 'within noise: the interval reaches zero']);
    const clear = importanceSvg({ ...input, features: input.features.slice(1) }, fonts);
    expect(texts(clear, 'legend')).toEqual(['matters']);
  });

  it('have an axis with its unit, and are a PNG; none says so', () => {
    expect(texts(svg, 'x-axis')).toContain('accuracy lost when shuffled, points');
    expect(decodePng(importancePicture(input, fonts)).width).toBe(1080);
    expect(importanceSvg({ ...input, features: [] }, fonts)).toContain('No importances yet');
  });
});
