import { describe, expect, test } from 'vitest';
import { createRandom, keyedUniform, sample, shuffle } from '../../../src/pipeline/learning/seeded-random.ts';

describe('seeded random numbers', () => {
  test('a seed gives the same numbers every time, another seed or stream others', () => {
    const take = (...seed: [number, ...number[]]): number[] => {
      const random = createRandom(...seed);
      return Array.from({ length: 20 }, () => random.int32());
    };
    expect(take(42)).toEqual(take(42));
    const streams = [take(42), take(43), take(42, 0), take(42, 1), take(-42), take(42 + 2 ** 32)];
    expect(new Set(streams.map((numbers) => numbers.join())).size).toBe(streams.length);
  });

  test('replays are not broken by a change of the generator', () => {
    const random = createRandom(1);
    expect([random.int32(), random.int32(), random.below(1000), random.float()]).toMatchInlineSnapshot(`
      [
        284901580,
        1196037126,
        212,
        0.4314813940098765,
      ]
    `);
  });

  test('uniform in [0, 1): mean, variance and bits look it', () => {
    const random = createRandom(7);
    const n = 200_000;
    const bins = new Array<number>(16).fill(0);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const x = random.float();
      sum += x;
      squares += x * x;
      bins[Math.floor(x * 16)] = (bins[Math.floor(x * 16)] ?? 0) + 1;
    }
    expect(sum / n).toBeCloseTo(1 / 2, 2);
    expect(squares / n).toBeCloseTo(1 / 3, 2);
    const chi2 = bins.reduce((total, count) => total + (count - n / 16) ** 2 / (n / 16), 0);
    expect(chi2).toBeLessThan(37.7); // 0.1 % of 15 degrees of freedom
  });

  test('below(n) gives each of n numbers equally often', () => {
    const random = createRandom(11);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const k = random.below(3);
      counts[k] = (counts[k] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(350);
  });

  test('first numbers of neighbouring seeds are unrelated', () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => createRandom(seed).float());
    const mean = firsts.reduce((sum, x) => sum + x, 0) / 1000;
    const lagged = firsts.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * ((firsts[i] ?? 0) - 0.5), 0) / 999;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.abs(lagged * 12)).toBeLessThan(0.1);
  });

  test('a seed that is not a whole number is refused', () => {
    expect(() => createRandom(0.5)).toThrow('A seed must be an integer, not 0.5');
  });
});

describe('shuffle and sample', () => {
  test('a shuffle keeps everything and every place is equally likely', () => {
    const counts = new Map<string, number>();
    const random = createRandom(3);
    for (let i = 0; i < 6000; i++) {
      const order = shuffle(['a', 'b', 'c'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });

  test('a sample has no repeats and is never larger than what there is', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const drawn = sample(items, 20, createRandom(5));
    expect(new Set(drawn).size).toBe(20);
    expect(sample(items, 80, createRandom(5)).toSorted((a, b) => a - b)).toEqual(items);
    expect(items[0]).toBe(0);
  });

  test('keyed numbers depend on the text and the seed only', () => {
    expect(keyedUniform(1, '2458392345015015000')).toBe(keyedUniform(1, '2458392345015015000'));
    expect(keyedUniform(1, '2458392345015015000')).not.toBe(keyedUniform(1, '2458392345015015001'));
    expect(keyedUniform(1, '2458392345015015000')).not.toBe(keyedUniform(2, '2458392345015015000'));
  });
});
