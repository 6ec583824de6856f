import { describe, expect, it } from 'vitest';
import {
  type AccuracyPictureInput,
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

const reportOf = (over: Partial<AccuracyPictureInput> = {}): AccuracyPictureInput => ({
  title: 'Round 3: accuracy 80 %',
  subtitle: '95 % interval 64 % to 90 %, on labels that the model had not seen',
  points,
  confusion: {
    truePositive: 0.34,
    falseNegative: 0.06,
    falsePositive: 0.14,
    trueNegative: 0.46,
    positive: 'galactic',
    negative: 'not galactic',
  },
  ...over,
});

/** Numbers of a path, in the order drawn. */
const placesOf = (svg: string, name: string): number[] =>
  [...(new RegExp(`<path class="${name}" d="([^"]*)"`).exec(svg)?.[1] ?? '').matchAll(/[\d.]+/g)].map(Number);

describe('the picture of a report', () => {
  const svg = accuracySvg(reportOf(), fonts);

  it('rises when the accuracy does, and places rounds by their labels', () => {
    const [a, b, c] = circles(svg);
    expect(a && b && c && a.y > b.y && b.y > c.y).toBe(true);
    expect(((c?.x ?? 0) - (b?.x ?? 0)) / ((b?.x ?? 0) - (a?.x ?? 0))).toBeCloseTo(2, 1);
  });

  it('has the interval as a band of straight lines through its ends, no smoother than the data', () => {
    const drawn = circles(svg);
    const perUnit = ((drawn[0]?.y ?? 0) - (drawn[2]?.y ?? 0)) / 0.2;
    const at = (rate: number): number => (drawn[0]?.y ?? 0) - (rate - 0.6) * perUnit;
    const xs = drawn.map(({ x }) => x);
    const edges = [
      ...points.map(({ low }, i) => [xs[i] ?? 0, at(low)]),
      ...points.map(({ high }, i) => [xs[i] ?? 0, at(high)]).reverse(),
    ].flat();
    const band = placesOf(svg, 'interval');
    expect(band).toHaveLength(edges.length);
    for (const [i, place] of band.entries()) expect(place).toBeCloseTo(edges[i] ?? 0, 0);
    expect(svg).not.toMatch(/ d="[^"]*[CQSA]/);
  });

  it('has the majority rate as a dashed line and says what it is', () => {
    expect(svg).toMatch(/<path class="majority-rate"[^>]*stroke-dasharray="5 3"/);
    expect(texts(svg, 'legend')).toEqual(['accuracy, 95 % interval', 'always the more frequent class']);
    const without = accuracySvg(
      reportOf({ points: points.map((one) => ({ ...one, majorityRate: null })) }),
      fonts,
    );
    expect(without).not.toContain('majority-rate');
  });

  it('names its axes with their units, and the figure first', () => {
    expect(texts(svg, 'x-axis')).toContain('labels trained on');
    expect(texts(svg, 'y-axis')).toEqual(['20 %', '40 %', '60 %', '80 %', '100 %', 'accuracy']);
    expect(texts(svg, 'title')[0]).toBe('Round 3: accuracy 80 %');
    expect(texts(svg, 'title')[1]).toContain('labels that the model had not seen');
  });

  it('has the confusion beside it, in shares of all objects, right and wrong told by words too', () => {
    const said = texts(svg, 'confusion');
    expect(said.filter((text) => /^\d/.test(text))).toEqual(['34 %', '6 %', '14 %', '46 %']);
    expect(said.filter((text) => text === 'right' || text === 'wrong')).toEqual([
      'right',
      'wrong',
      'wrong',
      'right',
    ]);
    expect(said).toEqual(expect.arrayContaining(['truly galactic', 'truly not galactic', 'not']));
    const plot = circles(svg).map(({ x }) => x);
    const cells = [...svg.matchAll(/<g class="cell \w+"><rect x="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(cells).toHaveLength(4);
    expect(Math.min(...cells)).toBeGreaterThan(Math.max(...plot));
    expect(accuracySvg(reportOf({ confusion: null }), fonts)).not.toContain('class="confusion"');
  });

  it('has the balanced accuracy too where that is what counts', () => {
    expect(svg).not.toContain('balanced accuracy');
    const balanced = accuracySvg(
      reportOf({ points: points.map((one) => ({ ...one, balancedAccuracy: 0.7 })) }),
      fonts,
    );
    expect(texts(balanced, 'legend')).toContain('balanced accuracy');
    expect(placesOf(balanced, 'balanced')).toHaveLength(6);
  });

  it('shows a first round by a bar, from no labels on, and says so where there is none yet', () => {
    const one = accuracySvg(reportOf({ points: points.slice(0, 1) }), fonts);
    expect(circles(one)).toHaveLength(1);
    expect(one).toContain('<g class="interval"><line');
    expect(texts(one, 'x-axis')[0]).toBe('0');
    expect(one).not.toMatch(/NaN|Infinity/);
    expect(accuracySvg(reportOf({ points: [], confusion: null }), fonts)).toContain('No accuracy yet');
  });

  it('of a rare class shows what lies between the majority rate and all, not half an empty plot', () => {
    const rare = points.map((one) => ({ ...one, accuracy: 0.96, low: 0.88, high: 0.99, majorityRate: 0.95 }));
    expect(texts(accuracySvg(reportOf({ points: rare }), fonts), 'y-axis')[0]).toBe('80 %');
  });

  it('has no letters smaller than 9 units and keeps all of them within its 360', () => {
    for (const type of ['galactic', 'transient']) {
      const confusion = { ...reportOf().confusion, positive: type, negative: `not ${type}` };
      const drawn = accuracySvg(
        reportOf({
          confusion: { ...confusion, truePositive: 1, falseNegative: 0, falsePositive: 0, trueNegative: 0 },
        }),
        fonts,
      );
      const sizes = [...drawn.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size));
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(9);
      for (const [, attributes = '', text = ''] of drawn.matchAll(/<text ([^>]*)>([^<]*)</g)) {
        const of = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
        if (of('transform') !== '') continue;
        const width = fonts.width(text, Number(of('font-size')));
        const anchor = of('text-anchor');
        const left = Number(of('x')) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
        expect(left, text).toBeGreaterThanOrEqual(-0.5);
        expect(left + width, text).toBeLessThanOrEqual(360.5);
      }
    }
  });

  it('is a PNG with the last round where the SVG has it', () => {
    const image = decodePng(accuracyPicture(reportOf(), fonts));
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
