import { describe, expect, test } from 'vitest';
import { ONE_HALF, predictedClass } from '../../../../src/pipeline/learning/accuracy/decision.ts';
import {
  binaryMetrics,
  reliabilityTable,
  rocAuc,
} from '../../../../src/pipeline/learning/accuracy/metrics.ts';

// Ten rows whose figures were worked out by hand.
const y = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0];
const p = [0.9, 0.8, 0.7, 0.6, 0.4, 0.4, 0.4, 0.3, 0.6, 0.1];

describe('binary metrics', () => {
  test('of ten rows, as by hand', () => {
    const metrics = binaryMetrics({ y, p });
    expect(metrics.confusion).toEqual({
      truePositive: 4,
      falsePositive: 1,
      trueNegative: 3,
      falseNegative: 2,
    });
    expect(metrics.n).toBe(10);
    expect(metrics.accuracy).toBeCloseTo(0.7, 12);
    expect(metrics.majorityRate).toBeCloseTo(0.6, 12);
    expect(metrics.balancedAccuracy).toBeCloseTo((4 / 6 + 3 / 4) / 2, 12);
    expect(metrics.precision).toBeCloseTo(0.8, 12);
    expect(metrics.recall).toBeCloseTo(4 / 6, 12);
    expect(metrics.f1).toBeCloseTo(8 / 11, 12);
    // Pairs won of 24: 0.9, 0.8, 0.7 win 4 each, 0.6 3.5, each 0.4 2.5.
    expect(metrics.rocAuc).toBeCloseTo(20.5 / 24, 12);
    expect(metrics.brier).toBeCloseTo(
      (0.01 + 0.04 + 0.09 + 0.16 + 0.36 + 0.36 + 0.16 + 0.09 + 0.36 + 0.01) / 10,
      12,
    );
  });

  test('a weight of 2 counts like the row twice', () => {
    const weights = p.map((_, i) => (i % 3 === 0 ? 2 : 1));
    const twice = p.flatMap((_, i) => (i % 3 === 0 ? [i, i] : [i]));
    const repeated = binaryMetrics({ y: twice.map((i) => y[i] ?? 0), p: twice.map((i) => p[i] ?? 0) });
    const weighted = binaryMetrics({ y, p, weights });
    for (const name of [
      'accuracy',
      'majorityRate',
      'balancedAccuracy',
      'precision',
      'recall',
      'f1',
      'rocAuc',
      'brier',
    ] as const) {
      expect(weighted[name], name).toBeCloseTo(repeated[name] ?? Number.NaN, 12);
    }
  });

  test('exactly 0.5 is class 1, everywhere the same', () => {
    expect(predictedClass(0.5, ONE_HALF)).toBe(1);
    expect(predictedClass(0.4999, ONE_HALF)).toBe(0);
  });

  test('what has no meaning is null, not a number', () => {
    const oneClass = binaryMetrics({ y: [0, 0], p: [0.1, 0.2] });
    expect(oneClass).toMatchObject({
      accuracy: 1,
      majorityRate: 1,
      balancedAccuracy: null,
      precision: null,
      recall: null,
      rocAuc: null,
    });
    expect(binaryMetrics({ y: [], p: [] })).toMatchObject({
      n: 0,
      accuracy: null,
      majorityRate: null,
      brier: null,
    });
  });

  test('ROC-AUC: ties count half, a perfect order is 1, its reverse 0', () => {
    expect(rocAuc({ y: [0, 1, 0, 1], p: [0.5, 0.5, 0.5, 0.5] })).toBe(0.5);
    expect(rocAuc({ y: [0, 0, 1, 1], p: [0.1, 0.2, 0.3, 0.4] })).toBe(1);
    expect(rocAuc({ y: [1, 1, 0, 0], p: [0.1, 0.2, 0.3, 0.4] })).toBe(0);
  });
});

describe('reliability table', () => {
  test('puts each row into the bin of its probability, 1 into the last', () => {
    const bins = reliabilityTable({ y: [0, 1, 1, 1], p: [0.1, 0.15, 0.95, 1] });
    expect(bins).toHaveLength(5);
    expect(bins[0]).toMatchObject({ from: 0, to: 0.2, n: 2, observed: 0.5 });
    expect(bins[0]?.meanProbability).toBeCloseTo(0.125, 12);
    expect(bins[2]).toMatchObject({ n: 0, meanProbability: null, observed: null });
    expect(bins[4]).toMatchObject({ n: 2, observed: 1 });
  });

  test('a probability outside 0 to 1 is an error, not a lost row', () => {
    expect(() => reliabilityTable({ y: [1], p: [Number.NaN] })).toThrow('from 0 to 1');
    expect(() => reliabilityTable({ y: [1], p: [-0.1] })).toThrow('from 0 to 1');
  });
});
