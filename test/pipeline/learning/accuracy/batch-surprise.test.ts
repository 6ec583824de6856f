import { describe, expect, test } from 'vitest';
import { batchSurprise } from '../../../../src/pipeline/learning/accuracy/batch-surprise.ts';
import { createRandom } from '../../../../src/pipeline/learning/seeded-random.ts';

const answers = (...pairs: readonly (readonly [0 | 1, number | null])[]) =>
  pairs.map(([y, p]) => ({ y, probabilityBefore: p, believed: p }));

describe('how surprising a batch is', () => {
  test('two answers by hand: both against what was expected with 0.9 and 0.8', () => {
    const surprise = batchSurprise(answers([0, 0.9], [1, 0.2]), 0.5);
    expect(surprise).toMatchObject({ n: 2, agreed: 0, surprising: true });
    expect(surprise?.expected).toBeCloseTo(1.7, 12);
    expect(surprise?.chance).toBeCloseTo(0.1 * 0.2, 12);
    // One of two right: 1 - 0.9 * 0.8.
    expect(batchSurprise(answers([1, 0.9], [1, 0.2]), 0.5)?.chance).toBeCloseTo(0.28, 12);
  });

  test('half of the hardest right is no surprise', () => {
    const hard = answers([1, 0.5], [0, 0.52], [1, 0.48], [1, 0.55], [0, 0.45], [0, 0.51]);
    expect(batchSurprise(hard, 0.5)).toMatchObject({ surprising: false });
  });

  test('an object that the decision takes for a rare class is expected to be of it as often as P says', () => {
    const surprise = batchSurprise(answers([1, 0.3], [0, 0.1]), 0.2);
    expect(surprise).toMatchObject({ n: 2, agreed: 2 });
    expect(surprise?.expected).toBeCloseTo(0.3 + 0.9, 12);
  });

  test('without a model before there is nothing to be surprised of', () => {
    expect(batchSurprise(answers([1, null], [0, null]), 0.5)).toBeNull();
    expect(batchSurprise([], 0.5)).toBeNull();
  });

  test('of a model whose probabilities are right at most one batch in twenty is', () => {
    const random = createRandom(3);
    const batches = Array.from({ length: 4000 }, () =>
      batchSurprise(
        Array.from({ length: 10 }, () => {
          const p = random.float();
          const y = random.float() < p ? (1 as const) : (0 as const);
          return { y, probabilityBefore: p, believed: p };
        }),
        0.5,
      ),
    );
    const alarms = batches.filter((one) => one?.surprising === true).length / batches.length;
    expect(alarms).toBeLessThanOrEqual(0.05);
    expect(alarms).toBeGreaterThan(0.005);
  });
});
