import { describe, expect, test } from 'vitest';
import { groupRows } from '../../../../src/pipeline/learning/forest/bags.ts';
import { leafOf, toFloat32 } from '../../../../src/pipeline/learning/forest/flat-forest.ts';
import { growForest } from '../../../../src/pipeline/learning/forest/grow-forest.ts';
import { createTreeGrower } from '../../../../src/pipeline/learning/forest/grow-tree.ts';
import { predictForest } from '../../../../src/pipeline/learning/forest/predict-forest.ts';
import { columnRanks, trainingColumns } from '../../../../src/pipeline/learning/forest/training-columns.ts';
import { createRandom } from '../../../../src/pipeline/learning/seeded-random.ts';
import { madeUpTable } from '../made-up-table.ts';

const nan = Number.NaN;
const tree = (
  rows: number[][],
  labels: number[],
  splitter: 'best' | 'random',
  weights?: number[],
  minLeaf = 1,
) => {
  const features = rows[0]?.length ?? 0;
  const table = trainingColumns(toFloat32(Float64Array.from(rows.flat())), features);
  const grow = createTreeGrower(table, Uint8Array.from(labels), {
    splitter,
    featuresPerSplit: features,
    minLeaf,
  });
  return grow(Float64Array.from(weights ?? labels.map(() => 1)), createRandom(1));
};

describe('the best split', () => {
  test('lies half way between the values that part the classes', () => {
    const { nodes, feature, threshold, value } = tree(
      [
        [7, 1],
        [3, 2],
        [9, 4],
        [5, 8],
      ],
      [0, 0, 1, 1],
      'best',
    );
    expect(nodes).toBe(3);
    expect([feature[0], threshold[0]]).toEqual([1, 3]);
    expect([value[0], value[1], value[2]]).toEqual([0.5, 0, 1]);
  });

  test('is the one of largest Gini gain, weights counted', () => {
    // 1 | 0 0 1 and 1 0 0 | 1 are equally good until one end weighs more.
    const rows = [[1], [2], [3], [4]];
    expect(tree(rows, [1, 0, 0, 1], 'best', [1, 1, 1, 5]).threshold[0]).toBe(3.5);
    expect(tree(rows, [1, 0, 0, 1], 'best', [5, 1, 1, 1]).threshold[0]).toBe(1.5);
  });

  test('never leaves a side with fewer rows than minLeaf', () => {
    const rows = Array.from({ length: 10 }, (_, i) => [i]);
    const grown = tree(rows, [1, 0, 0, 0, 0, 1, 1, 1, 1, 0], 'best', undefined, 3);
    for (let node = 0; node < grown.nodes; node++) {
      if (grown.feature[node] === -1) expect(grown.weight[node]).toBeGreaterThanOrEqual(3);
    }
    expect(grown.nodes).toBeGreaterThan(1);
  });

  test('rounding to float32 never moves a row to the wrong side', () => {
    const a = Math.fround(1.0000001);
    const b = Math.fround(1.0000002);
    const { threshold } = tree([[a], [b]], [0, 1], 'best');
    expect(threshold[0]).toBeGreaterThanOrEqual(a);
    expect(threshold[0]).toBeLessThan(b);
  });
});

describe.each(['best', 'random'] as const)('trees with the %s splitter', (splitter) => {
  test('send missing values where they belong', () => {
    const high = tree([[1], [2], [3], [8], [9], [nan], [nan]], [0, 0, 0, 1, 1, 1, 1], splitter);
    const low = tree([[1], [2], [3], [8], [9], [nan], [nan]], [0, 0, 0, 1, 1, 0, 0], splitter);
    const leafValue = (grown: typeof high, x: number): number | undefined =>
      grown.value[leafOf({ ...grown, starts: Int32Array.of(0, grown.nodes) }, 0, Float32Array.of(x), 0)];
    expect([leafValue(high, nan), leafValue(low, nan), leafValue(high, 1), leafValue(low, 9)]).toEqual([
      1, 0, 0, 1,
    ]);
  });

  test('part missing from present values when that is what tells', () => {
    const grown = tree([[2], [nan], [2], [nan], [2], [nan]], [0, 1, 0, 1, 0, 1], splitter);
    expect(grown.nodes).toBe(3);
  });

  test('rows that cannot be told apart end in one leaf with their share', () => {
    const grown = tree(
      [
        [1, 5],
        [1, 5],
        [1, 5],
      ],
      [1, 0, 1],
      splitter,
    );
    expect(grown.nodes).toBe(1);
    expect(grown.value[0]).toBeCloseTo(2 / 3, 12);
  });

  test('reproduce their training rows wherever those differ', () => {
    const { x, y } = madeUpTable(200, 1);
    const values = toFloat32(x.values);
    const grow = createTreeGrower(trainingColumns(values, 4), y, {
      splitter,
      featuresPerSplit: 2,
      minLeaf: 1,
    });
    const grown = grow(new Float64Array(200).fill(1), createRandom(2));
    const flat = { ...grown, starts: Int32Array.of(0, grown.nodes) };
    for (let row = 0; row < 200; row++) expect(flat.value[leafOf(flat, 0, values, row * 4)]).toBe(y[row]);
  });

  test('gain importance finds the features that tell and sums to 1', () => {
    const { x, y } = madeUpTable(300, 3);
    const { gains } = growForest(toFloat32(x.values), 4, y, groupRows(300), {
      splitter,
      featuresPerSplit: 2,
      minLeaf: 5,
      trees: 50,
      seed: 1,
      bagging: 'bootstrap',
      weights: new Float64Array(300).fill(1),
    });
    expect(gains.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(1, 9);
    const [a = 0, b = 0, noise = 0] = gains;
    expect(a).toBeGreaterThan(2 * b);
    expect(b).toBeGreaterThan(noise);
  });
});

test('predicting many rows together is exactly predicting them one by one', () => {
  const { x, y } = madeUpTable(120, 5);
  const { forest } = growForest(toFloat32(x.values), 4, y, groupRows(120), {
    splitter: 'random',
    featuresPerSplit: 2,
    minLeaf: 1,
    trees: 30,
    seed: 1,
    bagging: 0.8,
    weights: new Float64Array(120).fill(1),
  });
  const many = toFloat32(madeUpTable(9000, 6).x.values);
  const together = predictForest(forest, many, 4);
  for (let row = 0; row < 9000; row += 7) {
    expect(predictForest(forest, many.subarray(row * 4, row * 4 + 4), 4)[0]).toBe(together[row]);
  }
});

test('ranks: equal values share one, missing have none', () => {
  const ranks = columnRanks(trainingColumns(Float32Array.of(5, nan, 3, 5, 9), 1));
  expect([...ranks]).toEqual([1, -1, 0, 1, 2]);
});
