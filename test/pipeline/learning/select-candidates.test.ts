import { describe, expect, test } from 'vitest';
import { createRandom, shuffle } from '../../../src/pipeline/learning/random.ts';
import { type PoolCandidate, selectCandidates } from '../../../src/pipeline/learning/select-candidates.ts';

const pool: PoolCandidate[] = Array.from({ length: 200 }, (_, i) => ({
  candid: `${2_458_392_345_015_015_000n + BigInt(i)}`,
  objectId: `ZTF25aaa${i}`,
  p: (i % 41) / 40,
}));
const candids = (rows: readonly PoolCandidate[]): string[] => rows.map((row) => row.candid);

describe.each(['random', 'uncertainty'] as const)('selecting by %s', (strategy) => {
  test('the same pool and seed give the same candidates in whatever order the rows come', () => {
    const chosen = selectCandidates(pool, { strategy, size: 30, seed: 5 });
    const reordered = selectCandidates(shuffle(pool, createRandom(9)), { strategy, size: 30, seed: 5 });
    expect(candids(reordered)).toEqual(candids(chosen));
    expect(candids(selectCandidates(pool, { strategy, size: 30, seed: 6 }))).not.toEqual(candids(chosen));
  });

  test('a skipped candidate is replaced by the next of the same order', () => {
    const first = selectCandidates(pool, { strategy, size: 10, seed: 5 });
    const rest = pool.filter((row) => !candids(first).includes(row.candid));
    const eleven = selectCandidates(pool, { strategy, size: 11, seed: 5 });
    expect(selectCandidates(rest, { strategy, size: 1, seed: 5 })).toEqual(eleven.slice(10));
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
