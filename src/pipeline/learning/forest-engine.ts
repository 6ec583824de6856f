import type { Classifier, TrainedModel } from './classifier.ts';
import { assertSameFeatures } from './feature-matrix.ts';
import { groupRows } from './forest/bags.ts';
import { type FlatForest, toFloat32 } from './forest/flat-forest.ts';
import { growForest } from './forest/grow-forest.ts';
import { predictForest } from './forest/predict-forest.ts';
import { loadForest, saveForest } from './forest/save-forest.ts';
import { assertReadable, fieldsOf } from './saved-model.ts';
import { assertTrainable } from './training-input.ts';

const VERSION = 1;

export interface ForestEngineOptions {
  readonly engine: 'random-forest' | 'extra-trees';
  readonly trees?: number;
  /** Share of the features tried at each split. */
  readonly maxFeatures?: number;
  /** Fewest training rows on each side of a split. */
  readonly minLeaf?: number;
  /** 'balanced' gives both classes the same total weight. */
  readonly classWeights?: 'equal' | 'balanced';
}

/**
 * Our own forests: missing values go where each split learned to send them, every tree has its own bag of
 * objects, a probability is the mean of the leaves' shares of class 1.
 */
export const createForestEngine = ({
  engine,
  trees = 100,
  maxFeatures = 0.5,
  minLeaf = 1,
  classWeights = 'equal',
}: ForestEngineOptions): Classifier => ({
  engine,
  fit: (x, y, options) => {
    assertTrainable(x, y, options);
    const features = x.names.length;
    const { forest, outOfBag } = growForest(
      toFloat32(x.values),
      features,
      y,
      groupRows(x.rows, options.groups),
      {
        trees,
        seed: options.seed,
        splitter: engine === 'random-forest' ? 'best' : 'random',
        featuresPerSplit: Math.max(1, Math.round(features * maxFeatures)),
        minLeaf,
        weights: rowWeights(y, classWeights, options.weights),
        ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      },
    );
    return { model: trainedModel(engine, x.names, forest), outOfBag, warnings: [] };
  },
  load: (saved) => {
    assertReadable(saved, engine, VERSION);
    const { forest } = fieldsOf(saved.parameters);
    return trainedModel(engine, saved.features, loadForest(forest, saved.features.length));
  },
});

/** Weight of each row: its own, times what makes the classes' totals equal if that is wanted; mean 1. */
const rowWeights = (
  y: Uint8Array,
  classWeights: 'equal' | 'balanced',
  own: Float64Array | undefined,
): Float64Array => {
  const weights = own ? own.slice() : new Float64Array(y.length).fill(1);
  if (classWeights === 'equal') return weights;
  const totals = [0, 0];
  y.forEach((label, row) => {
    totals[label] = (totals[label] ?? 0) + (weights[row] ?? 0);
  });
  const all = (totals[0] ?? 0) + (totals[1] ?? 0);
  return weights.map((weight, row) => (weight * all) / (2 * (totals[y[row] ?? 0] ?? 1)));
};

const trainedModel = (engine: string, features: readonly string[], forest: FlatForest): TrainedModel => ({
  engine,
  features,
  predict: (x) => {
    assertSameFeatures(features, x.names);
    return predictForest(forest, toFloat32(x.values), features.length);
  },
  save: () => ({ engine, version: VERSION, features, parameters: { forest: saveForest(forest) } }),
});
