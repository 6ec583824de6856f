import { assertSameFeatures } from '../feature-matrix.ts';
import { type Bagging, groupRows } from '../forest/bags.ts';
import { explainForest } from '../forest/explain-forest.ts';
import { type FlatForest, toFloat32 } from '../forest/flat-forest.ts';
import { growForest } from '../forest/grow-forest.ts';
import { joinForests } from '../forest/join-forests.ts';
import { predictForest } from '../forest/predict-forest.ts';
import { predictOutOfBag } from '../forest/predict-out-of-bag.ts';
import { loadForest, saveForest } from '../forest/save-forest.ts';
import type { Classifier, TrainedModel } from './classifier.ts';
import { assertReadable, fieldsOf } from './saved-model.ts';
import { assertTrainable } from './training-input.ts';

const VERSION = 1;

export type ForestEngineName = 'random-forest' | 'extra-trees';

/** Settings of a forest; the defaults are `FOREST_DEFAULTS`. */
export interface ForestEngineOptions {
  readonly trees?: number;
  /** Share of the features tried at each split. */
  readonly maxFeatures?: number;
  /** Fewest training rows on each side of a split. */
  readonly minLeaf?: number;
  /** 'balanced' gives both classes the same total weight. */
  readonly classWeights?: 'equal' | 'balanced';
  /** Which objects each tree is grown on; the others are its out-of-bag. */
  readonly bagging?: Bagging;
}

/**
 * Measured on 30 to 200 labels of the ATLAS table and of real Fink alerts: balanced classes, a quarter of the
 * features for random forests and a sixth for extra-trees are best or as good as best. Extra-trees gain a
 * little from seeing more of the few labels than a bootstrap shows them (0.8 against 0.63).
 */
const FOREST_DEFAULTS: Readonly<Record<ForestEngineName, Required<ForestEngineOptions>>> = {
  'random-forest': {
    trees: 300,
    maxFeatures: 0.25,
    minLeaf: 1,
    classWeights: 'balanced',
    bagging: 'bootstrap',
  },
  'extra-trees': { trees: 300, maxFeatures: 0.17, minLeaf: 1, classWeights: 'balanced', bagging: 0.8 },
};

/**
 * Out-of-bag probabilities come from a part of the trees, and the noise left in them makes the model look worse
 * than it is. So up to this many labels, extra trees that only measure are grown, up to this many trees in all.
 * With more labels, the noise of each matters little.
 */
const MEASURING_ROWS = 1000;
const MEASURING_TREES = 1000;

/**
 * Our own forests: missing values go where each split learned to send them, every tree has its own bag of
 * objects, a probability is the mean of the leaves' shares of class 1.
 *
 * @example createForestEngine('extra-trees').fit(x, y, { seed: 1, groups })
 */
export const createForestEngine = (
  engine: ForestEngineName,
  chosen: ForestEngineOptions = {},
): Classifier => {
  const { maxFeatures, classWeights, ...options } = { ...FOREST_DEFAULTS[engine], ...chosen };
  return {
    engine,
    fit: (x, y, fitOptions) => {
      assertTrainable(x, y, fitOptions);
      const features = x.names.length;
      const grouped = groupRows(x.rows, fitOptions.groups);
      const values = toFloat32(x.values);
      const growing = {
        ...options,
        seed: fitOptions.seed,
        splitter: engine === 'random-forest' ? ('best' as const) : ('random' as const),
        featuresPerSplit: Math.max(1, Math.round(features * maxFeatures)),
        weights: rowWeights(y, classWeights, fitOptions.weights),
      };
      const { forest, bags, gains } = growForest(values, features, y, grouped, {
        ...growing,
        ...(fitOptions.onProgress ? { onProgress: fitOptions.onProgress } : {}),
      });
      const measuring = once(() => {
        const from = growing.trees;
        const trees = x.rows > MEASURING_ROWS ? 0 : Math.max(0, MEASURING_TREES - from);
        if (trees === 0) return { forest, bags };
        const more = growForest(values, features, y, grouped, { ...growing, from, trees });
        return { forest: joinForests([forest, more.forest]), bags: [...bags, ...more.bags] };
      });
      const outOfBagOf = (rows: Float32Array): Float64Array =>
        predictOutOfBag(measuring().forest, measuring().bags, rows, features);
      const outOfBag = once(() => outOfBagOf(values));
      return {
        model: trainedModel(engine, x.names, forest),
        get outOfBag() {
          return outOfBag();
        },
        predictOutOfBag: (other) => {
          assertSameFeatures(x.names, other.names);
          return outOfBagOf(toFloat32(other.values));
        },
        gains,
        warnings: [],
      };
    },
    load: (saved) => {
      assertReadable(saved, engine, VERSION);
      const { forest } = fieldsOf(saved.parameters);
      return trainedModel(engine, saved.features, loadForest(forest, saved.features.length));
    },
  };
};

/** What `compute` gives, computed when it is first asked for. */
const once = <T>(compute: () => T): (() => T) => {
  let known: { readonly value: T } | null = null;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
};

/** Weight of each row: its own, times what makes the classes' totals equal if that is wanted. */
const rowWeights = (
  y: Uint8Array,
  classWeights: 'equal' | 'balanced',
  own: Float64Array | undefined,
): Float64Array => {
  const weights = own ? own.slice() : new Float64Array(y.length).fill(1);
  if (classWeights === 'equal') return weights;
  let positive = 0;
  let negative = 0;
  y.forEach((label, row) => {
    if (label === 1) positive += weights[row] ?? 0;
    else negative += weights[row] ?? 0;
  });
  const half = (positive + negative) / 2;
  return weights.map((weight, row) => (weight * half) / (y[row] === 1 ? positive : negative));
};

const trainedModel = (
  engine: ForestEngineName,
  features: readonly string[],
  forest: FlatForest,
): TrainedModel => ({
  engine,
  features,
  predict: (x) => {
    assertSameFeatures(features, x.names);
    return predictForest(forest, toFloat32(x.values), features.length);
  },
  explain: (x) => {
    assertSameFeatures(features, x.names);
    return explainForest(forest, toFloat32(x.values), features.length);
  },
  save: () => ({ engine, version: VERSION, features, parameters: { forest: saveForest(forest) } }),
});
