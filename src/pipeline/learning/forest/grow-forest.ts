import { createRandom } from '../seeded-random.ts';
import { type Bagging, drawBag, type GroupedRows } from './bags.ts';
import type { FlatForest } from './flat-forest.ts';
import { createTreeGrower, type GrownTree, type TreeOptions } from './grow-tree.ts';
import { joinForests } from './join-forests.ts';
import { trainingColumns } from './training-columns.ts';

export interface ForestOptions extends TreeOptions {
  readonly trees: number;
  /** Number of the first tree, 0 without it: trees of one seed and number are the same in every forest. */
  readonly from?: number;
  readonly seed: number;
  readonly bagging: Bagging;
  /** Weight of each row, above 0; it multiplies how often the row is in a tree's bag. */
  readonly weights: Float64Array;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface GrownForest {
  readonly forest: FlatForest;
  /** How often each row is in each tree's bag, as `drawBag` gives it. */
  readonly bags: readonly Int32Array[];
  /** Gini gain of each feature's splits, weighted by the rows they split, mean of the trees; sums to 1. */
  readonly gains: Float64Array;
}

/**
 * A forest on a row-major float32 matrix, each tree on its own bag of groups.
 *
 * @param y 1 or 0 for each row
 */
export const growForest = (
  values: Float32Array,
  features: number,
  y: Uint8Array,
  grouped: GroupedRows,
  options: ForestOptions,
): GrownForest => {
  const table = trainingColumns(values, features);
  const { rows } = table;
  const grow = createTreeGrower(table, y, options);
  const trees: FlatForest[] = [];
  const bags: Int32Array[] = [];
  const weights = new Float64Array(rows);
  const gains = new Float64Array(features);
  const from = options.from ?? 0;
  for (let tree = from; tree < from + options.trees; tree++) {
    const counts = drawBag(grouped, options.bagging, options.seed, tree);
    for (let row = 0; row < rows; row++) weights[row] = (counts[row] ?? 0) * (options.weights[row] ?? 0);
    const grown = grow(weights, createRandom(options.seed, TREE_STREAM, tree));
    addGains(grown, gains);
    trees.push(copyTree(grown));
    bags.push(counts);
    options.onProgress?.(tree + 1 - from, options.trees);
  }
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return {
    forest: joinForests(trees),
    bags,
    gains: total > 0 ? gains.map((gain) => gain / total) : gains,
  };
};

/** Keeps the streams that grow trees apart from other uses of a forest's seed. */
const TREE_STREAM = 2;

const copyTree = (grown: GrownTree): FlatForest => ({
  starts: Int32Array.of(0, grown.nodes),
  feature: grown.feature.slice(0, grown.nodes),
  threshold: grown.threshold.slice(0, grown.nodes),
  left: grown.left.slice(0, grown.nodes),
  missingLeft: grown.missingLeft.slice(0, grown.nodes),
  value: grown.value.slice(0, grown.nodes),
});

/** Adds W i - (Wl il + Wr ir) of each split, i = 2 p (1 - p), as a share of the root's weight. */
const addGains = (tree: GrownTree, gains: Float64Array): void => {
  const impurity = (node: number): number => {
    const p = tree.value[node] ?? 0;
    return 2 * p * (1 - p) * (tree.weight[node] ?? 0);
  };
  for (let node = 0; node < tree.nodes; node++) {
    const feature = tree.feature[node] ?? -1;
    if (feature < 0) continue;
    const left = tree.left[node] ?? 0;
    const gain = impurity(node) - impurity(left) - impurity(left + 1);
    gains[feature] = (gains[feature] ?? 0) + gain / (tree.weight[0] ?? 1);
  }
};
