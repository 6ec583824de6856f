import { describe, expect, test } from 'vitest';
import {
  differenceEstimator,
  type UnseenLabel,
} from '../../../../src/pipeline/learning/accuracy/difference-estimator.ts';
import type { Confusion } from '../../../../src/pipeline/learning/accuracy/metrics.ts';
import { createRandom, shuffle } from '../../../../src/pipeline/learning/seeded-random.ts';

const accuracyOf = (shares: Confusion): number => shares.truePositive + shares.trueNegative;

/** Objects with a model's probability and a truth that follows `truthOf` it. */
const population = (size: number, truthOf: (p: number) => number) => {
  const random = createRandom(3);
  return Array.from({ length: size }, (): UnseenLabel => {
    const p = random.float();
    return { y: random.float() < truthOf(p) ? 1 : 0, p, weight: 1 };
  });
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the confusion of all objects from some labels', () => {
  test('by hand: two objects without a label, two with', () => {
    const labels: UnseenLabel[] = [
      { y: 1, p: 0.8, weight: 1 },
      { y: 1, p: 0.4, weight: 3 },
    ];
    const { shares } = differenceEstimator(labels, [0.9, 0.1, 0.8, 0.4]);
    // Expected of p: TP (0.9 + 0.8)/4, FP (0.1 + 0.2)/4, TN (0.9 + 0.6)/4, FN (0.1 + 0.4)/4; corrections
    // TP (1 - 0.8)/4, FP -0.2/4, TN -3 * 0.6/4, FN 3 * (1 - 0.4)/4. TN comes out below none: the right ones
    // are all TP.
    const right = 0.425 + 0.05 + 0.375 - 0.45;
    expect(shares.truePositive).toBeCloseTo(right, 12);
    expect(shares.trueNegative).toBe(0);
    expect(shares.falsePositive).toBeCloseTo(((1 - right) * 0.025) / 0.6, 12);
    expect(shares.falseNegative).toBeCloseTo(((1 - right) * 0.575) / 0.6, 12);
  });

  test.each([
    ['probabilities that are right', (p: number) => p],
    ['probabilities that are too sure', (p: number) => 0.5 + 0.4 * (p - 0.5)],
    ['probabilities that say nothing', () => 0.7],
  ])('%s: it is right on average, and its variance is about what it says', (_, truthOf) => {
    const objects = population(1000, truthOf);
    const truth = mean(objects.map(({ y, p }) => (y === (p >= 0.5 ? 1 : 0) ? 1 : 0)));
    const p = objects.map((object) => object.p);
    const estimates = Array.from({ length: 400 }, (_unused, seed) =>
      differenceEstimator(shuffle([...objects], createRandom(seed)).slice(0, 40), p),
    );
    const accuracies = estimates.map(({ shares }) => accuracyOf(shares));
    expect(mean(accuracies)).toBeCloseTo(truth, 1.8);
    const variance = mean(accuracies.map((accuracy) => (accuracy - mean(accuracies)) ** 2));
    const said = mean(estimates.map((estimate) => estimate.variance));
    expect(said / variance).toBeGreaterThan(0.8);
    expect(said / variance).toBeLessThan(1.6);
    for (const { shares } of estimates) {
      const { truePositive, falsePositive, trueNegative, falseNegative } = shares;
      expect(truePositive + falsePositive + trueNegative + falseNegative).toBeCloseTo(1, 12);
    }
  });

  test('good probabilities leave less to chance than the labels alone', () => {
    const objects = population(1000, (p) => p);
    const p = objects.map((object) => object.p);
    const samples = Array.from({ length: 300 }, (_unused, seed) =>
      shuffle([...objects], createRandom(seed)).slice(0, 40),
    );
    const spread = (values: readonly number[]): number =>
      Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
    const alone = samples.map((labels) =>
      mean(labels.map((one) => (one.y === (one.p >= 0.5 ? 1 : 0) ? 1 : 0))),
    );
    const assisted = samples.map((labels) => accuracyOf(differenceEstimator(labels, p).shares));
    expect(spread(assisted)).toBeLessThan(0.97 * spread(alone));
  });

  test('labels that all agree leave room for one that will not', () => {
    const labels = Array.from({ length: 30 }, (): UnseenLabel => ({ y: 1, p: 0.95, weight: 1 }));
    const { variance } = differenceEstimator(labels, new Array(10_000).fill(0.95));
    expect(Math.sqrt(variance)).toBeGreaterThan(0.02);
    expect(Math.sqrt(variance)).toBeLessThan(0.05);
  });
});
