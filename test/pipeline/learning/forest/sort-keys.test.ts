import { expect, test } from 'vitest';
import { createKeySorter } from '../../../../src/pipeline/learning/forest/sort-keys.ts';
import { createRandom } from '../../../../src/pipeline/learning/seeded-random.ts';

test.each([
  [10, 5],
  [24, 2000],
  [25, 3],
  [255, 40_000],
  [256, 1],
  [3000, 2046],
  [3000, 2048],
  [20_000, 20_000],
  [5000, 2 ** 24 - 1],
])('%i keys with ranks up to %i come out in order, equal ranks by position', (count, largest) => {
  const random = createRandom(count, largest);
  const keys = Float64Array.from({ length: count + 5 }, (_, k) => random.below(largest + 1) * 2 ** 24 + k);
  const expected = [...keys.subarray(0, count)].sort((a, b) => a - b);
  const behind = [...keys.subarray(count)];
  createKeySorter(count, largest)(keys, count);
  expect([...keys.subarray(0, count)]).toEqual(expected);
  expect([...keys.subarray(count)]).toEqual(behind);
});
