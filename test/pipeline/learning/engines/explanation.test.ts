import { describe, expect, test } from 'vitest';
import { createEngine, ENGINE_NAMES, loadModel } from '../../../../src/pipeline/learning/engines/engines.ts';
import { strongestReasons } from '../../../../src/pipeline/learning/engines/explanation.ts';
import { madeUpTable } from '../made-up-table.ts';

describe.each(ENGINE_NAMES)('reasons given by %s', (name) => {
  const { x, y } = madeUpTable(120, 1);
  const { model } = createEngine(name).fit(x, y, { seed: 1 });
  const others = madeUpTable(50, 2).x;

  test('base and contributions add up to the probability, of a loaded model too', () => {
    for (const one of [model, loadModel(JSON.parse(JSON.stringify(model.save())))]) {
      const { base, contributions } = one.explain(others);
      one.predict(others).forEach((p, row) => {
        const sum = contributions.subarray(row * 4, row * 4 + 4).reduce((total, push) => total + push, base);
        expect(sum).toBeCloseTo(p, 10);
      });
    }
  });

  test('the feature that tells comes first, and pushes the way its value points', () => {
    const values = Float64Array.from([0.8, 0.5, 0.5, 1.5, -0.8, 0.5, 0.5, 1.5]);
    const [high, low] = strongestReasons(model, { ...x, rows: 2, values });
    expect(high?.[0]).toMatchObject({ feature: 'a', value: 0.8 });
    expect(high?.[0]?.push).toBeGreaterThan(0.15);
    expect(low?.[0]?.feature).toBe('a');
    expect(low?.[0]?.push).toBeLessThan(-0.15);
    expect(high?.length).toBeLessThanOrEqual(3);
  });

  test('a missing value is a reason without a value', () => {
    const values = Float64Array.from([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    const [reasons] = strongestReasons(model, { ...x, rows: 1, values }, 4);
    expect(reasons?.every(({ value }) => value === null)).toBe(true);
  });

  test('other features are refused', () => {
    expect(() => model.explain({ ...others, names: ['a', 'b', 'c', 'd'] })).toThrow(
      'trained on other features',
    );
  });
});
