import { describe, expect, test } from 'vitest';
import {
  createStopSet,
  modelsKappa,
  stopAdvised,
} from '../../../../src/pipeline/learning/accuracy/stop-rule.ts';

const stopSet = (candids: readonly string[], seed: number, size?: number): string[] => {
  const set = createStopSet<string>(seed, size);
  for (const candid of candids) set.add(candid, candid);
  return set.values();
};

describe('when more labels would change little', () => {
  test('three rounds in a row at 0.99 or more, not two, not with a gap', () => {
    expect(stopAdvised([0.8, 0.99, 1, 0.995])).toBe(true);
    expect(stopAdvised([0.99, 1])).toBe(false);
    expect(stopAdvised([1, 0.98, 1, 1])).toBe(false);
    expect(stopAdvised([1, null, 1, 1])).toBe(false);
    expect(stopAdvised([1, 1, 1, 0.9])).toBe(false);
  });

  test('kappa of two models is of the classes they give', () => {
    const by = (p: readonly number[], threshold = 0.5) => ({ p, threshold });
    expect(modelsKappa(by([0.9, 0.6, 0.4, 0.1]), by([0.55, 0.99, 0.01, 0.49]))).toBe(1);
    expect(modelsKappa(by([0.9, 0.6, 0.4, 0.1]), by([0.9, 0.4, 0.6, 0.1]))).toBe(0);
    expect(modelsKappa(by([]), by([]))).toBeNull();
  });

  test('of a rare class too: two models that never reach one half may still differ', () => {
    const [before, after] = [
      [0.3, 0.02, 0.02, 0.02],
      [0.02, 0.3, 0.02, 0.02],
    ];
    const kappa = modelsKappa({ p: before ?? [], threshold: 0.09 }, { p: after ?? [], threshold: 0.09 });
    expect(kappa).toBeLessThan(0);
  });

  test('the set they are compared on stays when a few alerts come and go', () => {
    const candids = Array.from({ length: 1000 }, (_, i) => `${2_458_000_000_000_000_000n + BigInt(i)}`);
    const before = stopSet(candids, 1, 100);
    const later = stopSet(
      [...candids.slice(10), '2459000000000000000', '2459000000000000001'].reverse(),
      1,
      100,
    );
    expect(before).toHaveLength(100);
    expect(later.filter((candid) => before.includes(candid)).length).toBeGreaterThan(93);
    expect(stopSet(candids, 2, 100)).not.toEqual(before);
    expect(stopSet(candids.slice(0, 7), 1)).toHaveLength(7);
  });
});
