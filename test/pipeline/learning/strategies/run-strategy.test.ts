import { describe, expect, test } from 'vitest';
import { createRandom, shuffle } from '../../../../src/pipeline/learning/seeded-random.ts';
import {
  type PoolCandidate,
  STRATEGY_NAMES,
  selectCandidates,
} from '../../../../src/pipeline/learning/strategies/run-strategy.ts';

const pool: PoolCandidate[] = Array.from({ length: 200 }, (_, i) => ({
  candid: `${2_458_392_345_015_015_000n + BigInt(i)}`,
  objectId: `ZTF25aaa${i}`,
  p: (i % 41) / 40,
}));
const candids = (rows: readonly PoolCandidate[]): string[] => rows.map((row) => row.candid);

describe.each(STRATEGY_NAMES.filter((name) => name !== 'audited-uncertainty'))(
  'selecting by %s',
  (strategy) => {
    test('the same pool and seed give the same candidates in whatever order the rows come', () => {
      const chosen = selectCandidates(pool, { strategy, size: 30, seed: 5 });
      const reordered = selectCandidates(shuffle(pool, createRandom(9)), { strategy, size: 30, seed: 5 });
      expect(candids(reordered)).toEqual(candids(chosen));
      expect(candids(selectCandidates(pool, { strategy, size: 30, seed: 6 }))).not.toEqual(candids(chosen));
    });

    test('an object comes once, with its newest alert', () => {
      const alerts = ['999999999999999999', '2458392345015015000', '2458392345015015001'];
      const rows = alerts.map((candid) => ({ candid, objectId: 'ZTF25one', p: 0.5 }));
      const chosen = selectCandidates([...pool, ...rows], { strategy, size: 500, seed: 1 });
      expect(chosen).toHaveLength(201);
      expect(chosen.filter((row) => row.objectId === 'ZTF25one').map((row) => row.candid)).toEqual([
        '2458392345015015001',
      ]);
    });

    test('a small pool gives what it has, an empty one nothing', () => {
      expect(selectCandidates(pool.slice(0, 3), { strategy, size: 10, seed: 1 })).toHaveLength(3);
      expect(selectCandidates([], { strategy, size: 10, seed: 1 })).toEqual([]);
    });
  },
);

describe.each(['random', 'uncertainty'] as const)('replacing in a batch by %s', (strategy) => {
  test('a skipped candidate is replaced by the next of the same order', () => {
    const first = selectCandidates(pool, { strategy, size: 10, seed: 5 });
    const rest = pool.filter((row) => !candids(first).includes(row.candid));
    const eleven = selectCandidates(pool, { strategy, size: 11, seed: 5 });
    expect(selectCandidates(rest, { strategy, size: 1, seed: 5 })).toEqual(eleven.slice(10));
  });
});

test('by uncertainty: nearest to 0.5 first, ties by the seed, no probability last', () => {
  const rows = [{ candid: '5', objectId: 'unscored', p: null }, ...pool];
  const chosen = selectCandidates(rows, { strategy: 'uncertainty', size: 201, seed: 3 });
  const distances = chosen.map((row) => (row.p === null ? 1 : Math.abs(row.p - 0.5)));
  expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  expect(chosen[0]).toMatchObject({ p: 0.5, drawn: 'uncertainty', q: null, poolSize: 201 });
  expect(chosen.at(-1)?.objectId).toBe('unscored');
});

test('at random: everybody is drawn equally often, and the probabilities say so', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 2000; seed++) {
    for (const { candid } of selectCandidates(pool.slice(0, 10), { strategy: 'random', size: 3, seed })) {
      counts.set(candid, (counts.get(candid) ?? 0) + 1);
    }
  }
  expect(counts.size).toBe(10);
  for (const count of counts.values()) expect(Math.abs(count - 600)).toBeLessThan(90);
  const chosen = selectCandidates(pool.slice(0, 10), { strategy: 'random', size: 3, seed: 1 });
  expect(chosen.map(({ q, poolSize }) => [q, poolSize])).toEqual([
    [1 / 10, 10],
    [1 / 9, 9],
    [1 / 8, 8],
  ]);
});

test('with known probabilities: q is how often each is really drawn first', () => {
  const few = [0.5, 0.4, 0.8, 0.99, 0.02].map((p, i) => ({ candid: `${100 + i}`, objectId: `${i}`, p }));
  for (const strategy of ['weighted-uncertainty', 'focused-uncertainty'] as const) {
    const firsts = new Map<string, { count: number; q: number }>();
    for (let seed = 0; seed < 4000; seed++) {
      const [first] = selectCandidates(few, { strategy, size: 1, seed });
      if (!first || first.q === null) throw new Error('nothing was drawn');
      firsts.set(first.candid, { count: (firsts.get(first.candid)?.count ?? 0) + 1, q: first.q });
    }
    expect([...firsts.values()].reduce((sum, { q }) => sum + q, 0)).toBeCloseTo(1, 9);
    for (const { count, q } of firsts.values()) expect(Math.abs(count / 4000 - q)).toBeLessThan(0.025);
  }
});

test('known probabilities: those of a whole batch belong to what was left each time', () => {
  const all = selectCandidates(pool, { strategy: 'weighted-uncertainty', size: 200, seed: 1 });
  expect(all.at(-1)).toMatchObject({ poolSize: 1 });
  expect(all.at(-1)?.q).toBeCloseTo(1, 6);
  expect(all.every(({ q }) => q !== null && q > 0 && q <= 1)).toBe(true);
  const meanDistance = (strategy: 'focused-uncertainty' | 'weighted-uncertainty' | 'random'): number =>
    selectCandidates(pool, { strategy, size: 30, seed: 2 }).reduce(
      (sum, { p }) => sum + Math.abs((p ?? 0) - 0.5),
      0,
    );
  expect(meanDistance('focused-uncertainty')).toBeLessThan(meanDistance('weighted-uncertainty'));
  expect(meanDistance('weighted-uncertainty')).toBeLessThan(meanDistance('random'));
});

test('known probabilities: a replacement is drawn with its own, from what is left', () => {
  const few = [0.5, 0.4, 0.8, 0.99].map((p, i) => ({ candid: `${100 + i}`, objectId: `${i}`, p }));
  const counts = new Map<string, number>();
  const expected = new Map<string, number>();
  for (let seed = 0; seed < 4000; seed++) {
    const [first] = selectCandidates(few, { strategy: 'weighted-uncertainty', size: 1, seed });
    if (first?.candid !== '100') continue;
    const [next] = selectCandidates(few.slice(1), { strategy: 'weighted-uncertainty', size: 1, seed });
    if (!next || next.q === null) throw new Error('nothing was drawn');
    counts.set(next.candid, (counts.get(next.candid) ?? 0) + 1);
    expected.set(next.candid, next.q);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (const [candid, q] of expected)
    expect(Math.abs((counts.get(candid) ?? 0) / total - q)).toBeLessThan(0.04);
});

describe('selecting by audited-uncertainty', () => {
  const strategy = 'audited-uncertainty';

  test('two of ten are drawn at random from the whole pool, the others are the most uncertain', () => {
    const chosen = selectCandidates(pool, { strategy, size: 10, seed: 4 });
    expect(chosen.map(({ drawn }) => drawn)).toEqual([
      ...Array(2).fill('random'),
      ...Array(8).fill('uncertainty'),
    ]);
    expect(new Set(candids(chosen)).size).toBe(10);
    const random = selectCandidates(pool, { strategy: 'random', size: 2, seed: 4 });
    expect(candids(chosen).slice(0, 2)).toEqual(candids(random));
  });

  test('a skipped candidate is replaced by one of its kind', () => {
    const chosen = selectCandidates(pool, { strategy, size: 10, seed: 4 });
    const rest = pool.filter((row) => !candids(chosen).includes(row.candid));
    const replaced = (replaces: 'random' | 'uncertainty') =>
      selectCandidates(rest, { strategy, size: 1, seed: 4, replaces })[0];
    expect(replaced('random')).toMatchObject({ drawn: 'random', poolSize: 190 });
    const nearest = Math.min(...rest.map(({ p }) => Math.abs((p ?? 0) - 0.5)));
    expect(Math.abs((replaced('uncertainty')?.p ?? 0) - 0.5)).toBe(nearest);
  });

  test('even a small batch has an audit candidate', () => {
    expect(selectCandidates(pool, { strategy, size: 2, seed: 1 }).map(({ drawn }) => drawn)).toEqual([
      'random',
      'uncertainty',
    ]);
  });
});

// Rounds of a store are replayed by their seed, so no version may draw others: these are of the first one.
test.each([
  ['random', 'O2873 O570 O208 O916 O980 O2963 O337 O1796 O2854 O172 O2765 O1836'],
  ['uncertainty', 'O1250 O250 O2750 O2250 O750 O2379 O2621 O1621 O1121 O1879 O379 O621'],
  ['weighted-uncertainty', 'O1781 O295 O489 O2970 O686 O2881 O1056 O2575 O2271 O138 O2093 O1132'],
  ['focused-uncertainty', 'O1781 O686 O1056 O2093 O2970 O2444 O138 O295 O2290 O2298 O2881 O1330'],
  ['audited-uncertainty', 'O2873 O570 O1250 O250 O2750 O2250 O750 O2379 O2621 O1621 O1121 O1879'],
] as const)('what every version draws with the same seed (%s)', (strategy, objects) => {
  const some = Array.from({ length: 3000 }, (_, i) => ({
    candid: `${2_400_000_000_000_000_000n + BigInt(i * 7919)}`,
    objectId: `O${i}`,
    p: i % 7 === 0 ? null : ((i * 31) % 500) / 500,
  }));
  const chosen = selectCandidates(some, { strategy, size: 12, seed: 77 });
  expect(chosen.map(({ objectId }) => objectId).join(' ')).toBe(objects);
});
