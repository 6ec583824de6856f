import { RandomForestClassifier } from 'ml-random-forest';
import { assertSameFeatures } from '../feature-matrix.ts';
import { drawBag, groupRows } from '../forest/bags.ts';
import { explainForest } from '../forest/explain-forest.ts';
import { fillNodeValues } from '../forest/fill-node-values.ts';
import type { FlatForest } from '../forest/flat-forest.ts';
import { fromCartTrees } from '../forest/from-cart.ts';
import { joinForests } from '../forest/join-forests.ts';
import { predictForest } from '../forest/predict-forest.ts';
import { predictOutOfBag } from '../forest/predict-out-of-bag.ts';
import { loadForest, saveForest } from '../forest/save-forest.ts';
import { createRandom } from '../seeded-random.ts';
import type { Classifier, FeatureMatrix, Fit, FitOptions, SavedModel, TrainedModel } from './classifier.ts';
import { type Imputation, impute, learnImputation, readImputation } from './imputation.ts';
import { assertReadable, fieldsOf } from './saved-model.ts';
import { assertTrainable } from './training-input.ts';

const ENGINE = 'ml-random-forest';
const VERSION = 1;

/** Above this many labels its quadratic training time is felt: 6 s at 500, 24 s at 1,000 rows. */
const MANY_LABELS = 500;

export interface MlRandomForestOptions {
  /** At least 100 for stable out-of-bag probabilities. */
  readonly trees?: number;
  /** Share of the features that each tree sees. */
  readonly maxFeatures?: number;
}

/**
 * Random forest of the npm package ml-random-forest (2.1.0), which grows the trees; the rest is done here,
 * because in the package
 * - out-of-bag rows cannot be grouped by object, and asking for them throws with few trees: each tree is a
 *   forest of one, trained on a bag drawn here;
 * - `predictProbability` drops the first tree, and `maxSamples` takes the first rows: neither is used; a
 *   probability is the mean of all trees' votes;
 * - NaN is taken silently and wrongly: medians are filled in and a flag column says where;
 * - a saved forest repeats its options in every node: the trees are kept as flat arrays, which also predict
 *   some hundred times faster.
 */
export const createMlRandomForest = (options: MlRandomForestOptions = {}): Classifier => {
  const trees = options.trees ?? 100;
  const maxFeatures = options.maxFeatures ?? 0.5;
  return {
    engine: ENGINE,
    fit: (x, y, fitOptions) => growForest(x, y, fitOptions, trees, maxFeatures),
    load,
  };
};

const growForest = (
  x: FeatureMatrix,
  y: Uint8Array,
  options: FitOptions,
  trees: number,
  maxFeatures: number,
): Fit => {
  assertTrainable(x, y, options);
  if (options.weights) {
    throw new Error(`${ENGINE} knows no weights: choose the engine random-forest or extra-trees.`);
  }
  const imputation = learnImputation(x);
  const filled = impute(x, imputation);
  const columns = filled.length / x.rows;
  const rows = Array.from({ length: x.rows }, (_, row) =>
    Array.from(filled.subarray(row * columns, (row + 1) * columns)),
  );
  const grouped = groupRows(x.rows, options.groups);
  const random = createRandom(options.seed);
  const bags: Int32Array[] = [];
  const grown: FlatForest[] = [];
  for (let tree = 0; tree < trees; tree++) {
    const counts = drawBag(grouped, 'bootstrap', options.seed, tree);
    const bagRows: number[][] = [];
    const bagLabels: number[] = [];
    rows.forEach((row, i) => {
      for (let copies = counts[i] ?? 0; copies > 0; copies--) {
        bagRows.push(row);
        bagLabels.push(y[i] ?? 0);
      }
    });
    const voting = growTree(bagRows, bagLabels, maxFeatures, random.int32());
    grown.push(fillNodeValues(voting, filled, columns, counts));
    bags.push(counts);
    options.onProgress?.(tree + 1, trees);
  }
  const forest = joinForests(grown);
  return {
    model: trainedModel(x.names, imputation, forest),
    outOfBag: predictOutOfBag(forest, bags, filled, columns),
    predictOutOfBag: (other) => {
      assertSameFeatures(x.names, other.names);
      return predictOutOfBag(forest, bags, impute(other, imputation), columns);
    },
    gains: null,
    warnings:
      x.rows > MANY_LABELS
        ? [
            `${ENGINE} takes time with the square of the labels (${x.rows} now): choose another engine above ${MANY_LABELS}.`,
          ]
        : [],
  };
};

const growTree = (rows: number[][], labels: number[], maxFeatures: number, seed: number): FlatForest => {
  const columns = rows[0]?.length ?? 0;
  const forest = new RandomForestClassifier({
    nEstimators: 1,
    // A whole number: the package cuts fractions down, to no feature at all when there are few.
    maxFeatures: Math.max(1, Math.round(columns * maxFeatures)),
    replacement: false,
    useSampleBagging: false,
    noOOB: true,
    seed,
    treeOptions: { minNumSamples: 1, gainThreshold: 0 },
  });
  forest.train(rows, labels);
  return fromCartTrees(forest.toJSON());
};

const trainedModel = (
  features: readonly string[],
  imputation: Imputation,
  forest: FlatForest,
): TrainedModel => ({
  engine: ENGINE,
  features,
  predict: (x) => {
    assertSameFeatures(features, x.names);
    return predictForest(forest, impute(x, imputation), features.length + imputation.flagged.length);
  },
  explain: (x) => {
    assertSameFeatures(features, x.names);
    const columns = features.length;
    const width = columns + imputation.flagged.length;
    const { base, contributions } = explainForest(forest, impute(x, imputation), width);
    // A flag speaks for the column whose gaps it marks.
    const own = new Float64Array(x.rows * columns);
    contributions.forEach((push, at) => {
      const column = at % width;
      const feature = column < columns ? column : (imputation.flagged[column - columns] ?? 0);
      const to = Math.floor(at / width) * columns + feature;
      own[to] = (own[to] ?? 0) + push;
    });
    return { base, contributions: own };
  },
  save: () => ({
    engine: ENGINE,
    version: VERSION,
    features,
    parameters: { imputation, forest: saveForest(forest) },
  }),
});

const load = (saved: SavedModel): TrainedModel => {
  assertReadable(saved, ENGINE, VERSION);
  const { imputation, forest } = fieldsOf(saved.parameters);
  const read = readImputation(imputation, saved.features.length);
  return trainedModel(saved.features, read, loadForest(forest, saved.features.length + read.flagged.length));
};
