import { describe, expect, it } from 'vitest';
import {
  asinhStretch,
  differenceStretch,
  directStretches,
  skyOf,
} from '../../../src/pictures/card/stretch.ts';
import { noise } from '../samples.ts';

const image = (at: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: 63 * 63 }, (_, i) => at(i % 63, Math.floor(i / 63)));

const star = (x: number, y: number, peak: number): number =>
  peak * Math.exp(-((x - 31) ** 2 + (y - 31) ** 2) / 4);

const known = <T>(value: T | null): T => {
  if (value === null) throw new Error('nothing to stretch');
  return value;
};

describe('skyOf', () => {
  it('gives level and standard deviation, whatever the stars and gaps', () => {
    const sky = known(
      skyOf(image((x, y) => (x < 3 ? Number.NaN : 200 + 7 * noise(x, y) + star(x, y, 5000)))),
    );
    expect(sky.level).toBeCloseTo(200, -0.5);
    expect(sky.sigma).toBeGreaterThan(6);
    expect(sky.sigma).toBeLessThan(8);
  });

  it('is null where there are no data, and has a width where there is no noise', () => {
    expect(skyOf(image(() => Number.NaN))).toBeNull();
    expect(skyOf(image(() => 5))).toEqual({ level: 5, sigma: 1 });
  });
});

describe('asinhStretch', () => {
  const stretch = asinhStretch({ level: 100, sigma: 10 }, { black: -1.5, white: 50, softening: 2 });

  it('follows the formula from black to white', () => {
    const at = (z: number): number => Math.asinh(z / 2);
    expect(stretch(130)).toBeCloseTo((at(3) - at(-1.5)) / (at(50) - at(-1.5)), 12);
    expect(stretch(85)).toBeCloseTo(0, 12);
    expect(stretch(600)).toBeCloseTo(1, 12);
  });

  it('clips, and keeps what is not a number apart', () => {
    expect([stretch(-1e9), stretch(1e9)]).toEqual([0, 1]);
    expect(stretch(Number.NaN)).toBeNaN();
    expect(stretch(Number.POSITIVE_INFINITY)).toBeNaN();
  });
});

describe('directStretches', () => {
  it('shows a source of five sigma clearly, beside a star of ten thousand', () => {
    const pixels = image((x, y) => 100 + 10 * noise(x, y) + star(x - 20, y, 1e5));
    const stretch = known(directStretches(pixels, null).science);
    expect(stretch(150) - stretch(100)).toBeGreaterThan(0.15);
    expect(stretch(100)).toBeLessThan(0.25);
  });

  it('gives the same flux above each own sky the same grey', () => {
    const science = image((x, y) => 250 + 10 * noise(x, y) + star(x, y, 400));
    const template = image((x, y) => 40 + 2 * noise(y, x) + star(x, y, 900));
    const stretches = directStretches(science, template);
    const [s, t] = [known(stretches.science), known(stretches.template)];
    const [scienceSky, templateSky] = [known(skyOf(science)).level, known(skyOf(template)).level];
    for (const flux of [-5, 0, 20, 60, 200])
      expect(s(scienceSky + flux)).toBeCloseTo(t(templateSky + flux), 6);
  });

  it('still shows the template where the science image is missing, and nothing for no data', () => {
    const template = image((x, y) => 40 + 2 * noise(y, x));
    const alone = directStretches(null, template);
    expect(alone.science).toBeNull();
    expect(known(alone.template)(46)).toBeGreaterThan(known(alone.template)(40));
    expect(
      directStretches(
        image(() => Number.NaN),
        null,
      ).science,
    ).toBeNull();
  });
});

describe('differenceStretch', () => {
  it('is the same for both signs about the level of the background', () => {
    const pixels = image((x, y) => 8 + 3 * noise(x, y) + star(x, y, 60));
    const stretch = known(differenceStretch(pixels));
    const { level } = known(skyOf(pixels));
    expect(stretch(level)).toBe(0);
    for (const step of [1, 5, 20, 100]) {
      expect(stretch(level + step)).toBeGreaterThan(0);
      expect(stretch(level - step)).toBeCloseTo(-stretch(level + step), 6);
    }
    expect([stretch(-1e6), stretch(1e6)]).toEqual([-1, 1]);
    expect(stretch(Number.NaN)).toBeNaN();
  });

  it('is null where there are no data', () => {
    expect(differenceStretch(image(() => Number.NaN))).toBeNull();
  });
});
