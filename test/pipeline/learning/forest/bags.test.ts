import { describe, expect, test } from 'vitest';
import { drawBag, groupRows } from '../../../../src/pipeline/learning/forest/bags.ts';

const objects = ['a', 'b', 'a', 'c', 'b', 'a', 'd', 'e', 'f', 'g'];
const grouped = groupRows(10, objects);

describe.each(['bootstrap', 0.8] as const)('bags drawn by %s', (bagging) => {
  test('hold all rows of an object or none', () => {
    for (let tree = 0; tree < 50; tree++) {
      const counts = drawBag(grouped, bagging, 1, tree);
      expect([counts[2], counts[5], counts[4]]).toEqual([counts[0], counts[0], counts[1]]);
    }
  });

  test('are the same when drawn again, and others for another tree or seed', () => {
    const text = (seed: number, tree: number): string => drawBag(grouped, bagging, seed, tree).join();
    expect(text(1, 0)).toBe(text(1, 0));
    expect(new Set(Array.from({ length: 20 }, (_, tree) => text(1, tree))).size).toBeGreaterThan(5);
  });

  test('leave every object out of some trees and none out of all', () => {
    const left = Array.from({ length: 200 }, (_, tree) => drawBag(grouped, bagging, 3, tree));
    for (let row = 0; row < 10; row++) {
      const out = left.filter((counts) => counts[row] === 0).length / 200;
      expect(out).toBeGreaterThan(0.08);
      expect(out).toBeLessThan(0.5);
    }
  });
});

test('a share takes so many objects, each once, and always leaves one out', () => {
  const counts = drawBag(groupRows(100), 0.8, 1, 0);
  expect(counts.filter((count) => count === 1)).toHaveLength(80);
  expect(counts.filter((count) => count === 0)).toHaveLength(20);
  expect(drawBag(groupRows(4), 0.99, 1, 0).filter((count) => count === 0)).toHaveLength(1);
});
