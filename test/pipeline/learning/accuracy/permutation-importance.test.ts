import { describe, expect, test } from 'vitest';
import {
  bandPairs,
  permutationImportance,
} from '../../../../src/pipeline/learning/accuracy/permutation-importance.ts';
import { createEngine, ENGINE_NAMES } from '../../../../src/pipeline/learning/engines/engines.ts';
import { createRandom } from '../../../../src/pipeline/learning/seeded-random.ts';
import { madeUpTable } from '../made-up-table.ts';

describe.each(ENGINE_NAMES)('permutation importance with %s', (name) => {
  test('finds the feature that tells and says that noise is noise', () => {
    const { x, y } = madeUpTable(150, 1);
    const fit = createEngine(name).fit(x, y, { seed: 1 });
    const [first, ...others] = permutationImportance(fit, x, y, { seed: 1 });
    expect(first).toMatchObject({ features: ['a'], withinNoise: false });
    expect(first?.drop).toBeGreaterThan(0.15);
    const noise = others.find(({ features }) => features[0] === 'noise');
    expect(noise?.withinNoise).toBe(true);
    expect(Math.abs(noise?.drop ?? 1)).toBeLessThan(0.04);
  });

  test('measured twice it is the same', () => {
    const { x, y, groups } = madeUpTable(40, 2, 2);
    const fit = createEngine(name).fit(x, y, { seed: 1, groups });
    const measure = () => permutationImportance(fit, x, y, { seed: 3, groups, repeats: 5 });
    expect(measure()).toEqual(measure());
  });
});

test('twins hide each other alone and show together', () => {
  const random = createRandom(5);
  const rows = 200;
  const y = Uint8Array.from({ length: rows }, () => random.below(2));
  const values = new Float64Array(rows * 3);
  for (let row = 0; row < rows; row++) {
    const signal = (y[row] ?? 0) + 1.2 * (random.float() - 0.5);
    values.set([signal, signal + 0.01 * random.float(), random.float()], row * 3);
  }
  const x = { names: ['amplitude', 'amplituder_', 'noise'], rows, values };
  const fit = createEngine('extra-trees').fit(x, y, { seed: 1 });
  const measured = permutationImportance(fit, x, y, { seed: 1 });
  const dropOf = (...features: string[]): number =>
    measured.find((one) => one.features.join() === features.join())?.drop ?? Number.NaN;
  expect(dropOf('amplitude', 'amplituder_')).toBeGreaterThan(2 * dropOf('amplitude'));
  expect(measured[0]?.features).toEqual(['amplitude', 'amplituder_']);
});

test('the standard error is the scatter over repeated samples', () => {
  const drops: number[] = [];
  const errors: number[] = [];
  for (let seed = 0; seed < 30; seed++) {
    const { x, y } = madeUpTable(80, 100 + seed);
    const fit = createEngine('extra-trees').fit(x, y, { seed });
    const one = permutationImportance(fit, x, y, { seed, repeats: 8, together: [] }).find(
      ({ features }) => features[0] === 'a',
    );
    drops.push(one?.drop ?? Number.NaN);
    errors.push(one?.standardError ?? Number.NaN);
  }
  const mean = drops.reduce((sum, drop) => sum + drop, 0) / 30;
  const scatter = Math.sqrt(drops.reduce((sum, drop) => sum + (drop - mean) ** 2, 0) / 29);
  const typical = errors.reduce((sum, error) => sum + error, 0) / 30;
  expect(typical / scatter).toBeGreaterThan(0.5);
  expect(typical / scatter).toBeLessThan(1.6);
});

test('pairs of bands are found by their names', () => {
  expect(bandPairs(['ra', 'median', 'amplitude', 'amplituder_', 'medianr_'])).toEqual([
    ['median', 'medianr_'],
    ['amplitude', 'amplituder_'],
  ]);
});

test('a feature that is not there is an error', () => {
  const { x, y } = madeUpTable(40, 2);
  const fit = createEngine('extra-trees').fit(x, y, { seed: 1 });
  expect(() => permutationImportance(fit, x, y, { seed: 1, together: [['a', 'z']] })).toThrow(
    'There is no feature z',
  );
});
