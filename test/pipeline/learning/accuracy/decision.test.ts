import { describe, expect, test } from 'vitest';
import {
  aucInterval,
  balancedInterval,
  decisionThreshold,
} from '../../../../src/pipeline/learning/accuracy/decision.ts';
import { honestAccuracy } from '../../../../src/pipeline/learning/accuracy/honest-accuracy.ts';
import type { DrawnLabel } from '../../../../src/pipeline/learning/accuracy/label-weights.ts';
import { binaryMetrics } from '../../../../src/pipeline/learning/accuracy/metrics.ts';

describe('from which probability on an object is of class 1', () => {
  test('is one half for the accuracy, and the mean of all objects for a balance', () => {
    const objects = [0.05, 0.1, 0.1, 0.35];
    expect(decisionThreshold('accuracy', objects)).toBe(0.5);
    expect(decisionThreshold('balanced', objects)).toBeCloseTo(0.15, 12);
    expect(decisionThreshold('balanced', [])).toBe(0.5);
  });

  test('a rare class that is told apart but never above one half is found by the balance alone', () => {
    const y = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    const p = [0.4, 0.3, 0.1, 0.1, 0.05, 0.05, 0.02, 0.02, 0.01, 0.01];
    expect(binaryMetrics({ y, p })).toMatchObject({ balancedAccuracy: 0.5, rocAuc: 1 });
    const threshold = decisionThreshold('balanced', p);
    expect(binaryMetrics({ y, p, threshold })).toMatchObject({ balancedAccuracy: 1, accuracy: 1 });
  });

  test('is said with the accuracy that a round reports, which is of that decision', () => {
    const labels = [1, 0, 0, 0].map(
      (y, i): DrawnLabel => ({ y: y === 1 ? 1 : 0, drawn: 'random', q: 1 / (20 - i), poolSize: 20 - i }),
    );
    const outOfBag = [0.4, 0.1, 0.1, 0.1];
    const pool = new Array(16).fill(0.1);
    const by = (rule: 'accuracy' | 'balanced') => honestAccuracy(labels, outOfBag, pool, rule);
    expect(by('accuracy')?.decision).toEqual({ rule: 'accuracy', threshold: 0.5 });
    expect(by('balanced')?.decision.threshold).toBeCloseTo((0.4 + 19 * 0.1) / 20, 12);
    expect(by('balanced')?.metrics.recall).toBeGreaterThan(by('accuracy')?.metrics.recall ?? 1);
  });
});

describe('the intervals of the other figures', () => {
  test('narrow with the labels and stay between 0 and 1', () => {
    const width = (n: number) => {
      const { low, high } = balancedInterval({ recall: 0.9, specificity: 0.8 }, { positive: n, negative: n });
      return high - low;
    };
    expect(width(100)).toBeLessThan(width(25) * 0.6);
    expect(balancedInterval({ recall: 1, specificity: 1 }, { positive: 3, negative: 3 }).high).toBe(1);
  });

  test('of a balanced accuracy: two shares of 0.9 from 98 labels each, by hand', () => {
    // (0.9 * 98 + 1) / 100 = 0.892; half width 1.96 sqrt(2 * 0.892 * 0.108 / 100 / 4).
    const { low, high } = balancedInterval({ recall: 0.9, specificity: 0.9 }, { positive: 98, negative: 98 });
    expect((high - low) / 2).toBeCloseTo(1.96 * Math.sqrt((2 * 0.892 * 0.108) / 100 / 4), 4);
  });

  test('of an ROC-AUC as Hanley and McNeil have it: 0.893 of 51 and 58 is 0.03 exact', () => {
    // Their table of 109 CT images: area 0.893, standard error 0.032 to 0.033 by their formula.
    const { low } = aucInterval(0.893, { positive: 51, negative: 58 });
    expect((0.893 - low) / 1.96).toBeCloseTo(0.0325, 3);
  });
});
