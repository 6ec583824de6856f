import { RandomForestClassifier } from 'ml-random-forest';
import { describe, expect, test } from 'vitest';
import { createMlRandomForest } from '../../../../src/pipeline/learning/engines/ml-random-forest-engine.ts';
import { toFloat32 } from '../../../../src/pipeline/learning/forest/flat-forest.ts';
import { fromCartTrees } from '../../../../src/pipeline/learning/forest/from-cart.ts';
import { predictForest } from '../../../../src/pipeline/learning/forest/predict-forest.ts';
import { createRandom } from '../../../../src/pipeline/learning/seeded-random.ts';
import { madeUpTable } from '../made-up-table.ts';

describe('trees of ml-random-forest as flat arrays', () => {
  test('vote exactly as the package does, also for values on the thresholds', () => {
    const random = createRandom(1);
    // Quarters: many ties, and thresholds that are values of other rows.
    const rows = Array.from({ length: 120 }, () => Array.from({ length: 5 }, () => random.below(9) / 4 - 1));
    const labels = rows.map(([a = 0, b = 0]) => (a + b + random.float() > 0.5 ? 1 : 0));
    const packaged = new RandomForestClassifier({
      nEstimators: 30,
      maxFeatures: 3,
      replacement: false,
      seed: 5,
      noOOB: true,
      treeOptions: { minNumSamples: 1, gainThreshold: 0 },
    });
    packaged.train(rows, labels);
    const votes = packaged.predictionValues(rows).to2DArray();
    const expected = votes.map((row) => row.reduce((sum, vote) => sum + vote, 0) / 30);
    const flat = fromCartTrees(packaged.toJSON());
    const predicted = predictForest(flat, toFloat32(Float64Array.from(rows.flat())), 5);
    expect([...predicted]).toEqual(expected.map((p) => expect.closeTo(p, 12)));
    expect(new Set(expected).size).toBeGreaterThan(10);
  });
});

describe('its engine', () => {
  test('warns above 500 labels that it is slow', () => {
    const engine = createMlRandomForest({ trees: 2 });
    const many = madeUpTable(501, 1);
    expect(engine.fit(many.x, many.y, { seed: 1 }).warnings.join()).toContain('another engine above 500');
    const few = madeUpTable(500, 1);
    expect(engine.fit(few.x, few.y, { seed: 1 }).warnings).toEqual([]);
  });
});
