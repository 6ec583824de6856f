import { describe, expect, test } from 'vitest';
import type { DrawnLabel } from '../../../../src/pipeline/learning/accuracy/label-weights.ts';
import {
  fitPlattScaling,
  roundCalibration,
  scaledProbability,
} from '../../../../src/pipeline/learning/accuracy/platt-scaling.ts';
import { createRandom } from '../../../../src/pipeline/learning/seeded-random.ts';

/** Labels whose true log odds are `slope` times what p says, plus `offset`. */
const sampleOf = (n: number, slope: number, offset: number, seed = 1): { y: number[]; p: number[] } => {
  const random = createRandom(seed);
  const p = Array.from({ length: n }, () => 0.02 + 0.96 * random.float());
  const y = p.map((q) =>
    random.float() < 1 / (1 + Math.exp(-(slope * Math.log(q / (1 - q)) + offset))) ? 1 : 0,
  );
  return { y, p };
};
const ones = (n: number): number[] => Array.from({ length: n }, () => 1);

describe('Platt scaling', () => {
  test('finds how much too timid and how far off the probabilities are', () => {
    const { y, p } = sampleOf(20_000, 2, 0.7);
    const scaling = fitPlattScaling(y, p, ones(y.length));
    expect(scaling?.slope).toBeCloseTo(2, 0.9);
    expect(scaling?.offset).toBeCloseTo(0.7, 0.9);
  });

  test('of few labels it trusts the probabilities as they are', () => {
    const { y, p } = sampleOf(12, 3, 2, 4);
    const scaling = fitPlattScaling(y, p, ones(12));
    expect(scaling?.slope).toBeGreaterThan(0.6);
    expect(scaling?.slope).toBeLessThan(2);
  });

  test('lowers the Brier score of other rows and keeps their order', () => {
    const { y, p } = sampleOf(100, 2, 0.5);
    const scaling = fitPlattScaling(y, p, ones(100));
    if (!scaling) throw new Error('there is no scaling');
    const other = sampleOf(3000, 2, 0.5, 9);
    const brier = (q: number[]): number =>
      q.reduce((sum, one, i) => sum + (one - (other.y[i] ?? 0)) ** 2, 0) / q.length;
    const scaled = other.p.map((one) => scaledProbability(scaling, one));
    expect(brier(scaled)).toBeLessThan(brier(other.p) - 0.01);
    const order = (q: number[]): number[] => [...q.keys()].sort((i, j) => (q[i] ?? 0) - (q[j] ?? 0));
    expect(order(scaled)).toEqual(order(other.p));
  });

  test('a weight of 3 is like three labels; 0 and no probability are none', () => {
    const { y, p } = sampleOf(60, 1.5, 0);
    const weighted = fitPlattScaling(
      y,
      p,
      y.map((_, i) => (i < 20 ? 3 : i < 40 ? 1 : 0)),
    );
    const order = [...y.keys()].flatMap((i) => (i < 20 ? [i, i, i] : i < 40 ? [i] : []));
    const repeated = fitPlattScaling(
      order.map((i) => y[i] ?? 0),
      order.map((i) => p[i] ?? 0),
      ones(order.length),
    );
    expect(weighted?.slope).toBeCloseTo(repeated?.slope ?? Number.NaN, 6);
    const gaps = fitPlattScaling([...y, 1], [...p, Number.NaN], ones(61));
    expect(gaps).toEqual(fitPlattScaling(y, p, ones(60)));
  });

  test('certainties stay finite and inside 0 to 1', () => {
    const scaling = fitPlattScaling([1, 1, 0, 0], [1, 1, 0, 0], ones(4));
    expect(scaling && scaledProbability(scaling, 1)).toBeLessThan(1);
    expect(scaling && scaledProbability(scaling, 0)).toBeGreaterThan(0);
  });

  test('one class, or probabilities that point the wrong way, have no scaling', () => {
    expect(fitPlattScaling([1, 1, 1], [0.2, 0.6, 0.9], ones(3))).toBeNull();
    const { y, p } = sampleOf(500, -2, 0);
    expect(fitPlattScaling(y, p, ones(500))).toBeNull();
  });
});

describe("a round's scaling", () => {
  const { y, p } = sampleOf(60, 2, 0);
  const labels = y.map(
    (label, i): DrawnLabel => ({
      y: label === 1 ? 1 : 0,
      drawn: 'random',
      q: 1 / (100 - i),
      poolSize: 100 - i,
    }),
  );

  test('needs 50 labels drawn by chance, and takes no notice of the others', () => {
    expect(roundCalibration(labels, p)).not.toBeNull();
    expect(roundCalibration(labels.slice(0, 49), p.slice(0, 49))).toBeNull();
    const picked = (from: number) =>
      labels.map((label, i): DrawnLabel => (i < from ? label : { ...label, drawn: 'uncertainty', q: null }));
    expect(roundCalibration(picked(49), p)).toBeNull();
    expect(roundCalibration(picked(55), p)).toEqual(roundCalibration(labels.slice(0, 55), p.slice(0, 55)));
  });
});
