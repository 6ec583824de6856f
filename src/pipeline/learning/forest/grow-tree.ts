import type { Random } from '../seeded-random.ts';
import { type BestSplit, createBestSplit, type NodeRows } from './best-split.ts';
import { createBestSplitter, createRandomSplitter } from './split-features.ts';
import type { TrainingColumns } from './training-columns.ts';

/** How the trees of a forest are grown. */
export interface TreeOptions {
  /** 'best': the best threshold of each feature tried; 'random': one threshold drawn for each (extra-trees). */
  readonly splitter: 'best' | 'random';
  /** Features tried at each split; more while all those tried are constant. */
  readonly featuresPerSplit: number;
  /** Fewest training rows, copies not counted, on each side of a split. */
  readonly minLeaf: number;
}

/** One grown tree; arrays as in `FlatForest`, child indices counted from the tree's own root. */
export interface GrownTree {
  readonly nodes: number;
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly missingLeft: Uint8Array;
  readonly value: Float64Array;
  /** Sum of the training weights that reached each node. */
  readonly weight: Float64Array;
}

/** Grows a tree on the rows with a weight above 0. The arrays are used again: copy them before the next call. */
export type TreeGrower = (weights: Float64Array, random: Random) => GrownTree;

/**
 * CART for two classes with the Gini impurity (Breiman et al. 1984), or extremely randomised trees (Geurts
 * et al. 2006, Mach. Learn. 63, 3). Missing values are tried on both sides of every threshold and go where
 * the gain is larger (as the boosting libraries do; for forests see scikit-learn 1.4). The best split may also
 * separate missing from present values. A random split does so only where the present values are all equal: tried
 * everywhere, that test is chosen so often that the trees grow alike. If a split saw no missing value in training,
 * later ones go to the side of more weight.
 *
 * Working arrays are allocated once; splitting a node reorders its positions (see `NodeRows`). `stack` has
 * the nodes still to split, three numbers each: node, start, end.
 */
export const createTreeGrower = (
  table: TrainingColumns,
  y: Uint8Array,
  { splitter, featuresPerSplit, minLeaf }: TreeOptions,
): TreeGrower => {
  const { rows, features } = table;
  if (rows >= 2 ** 24) throw new RangeError(`A forest takes fewer than 2^24 rows, not ${rows}.`);
  const nodeRows: NodeRows = {
    samples: new Int32Array(rows),
    weight: new Float64Array(rows),
    positive: new Float64Array(rows),
  };
  const { weight, positive } = nodeRows;
  const best = createBestSplit(minLeaf);
  const createSplitter = splitter === 'random' ? createRandomSplitter : createBestSplitter;
  const trySplits = createSplitter(table, nodeRows, best, minLeaf);
  const partition = createPartition(table, nodeRows, best);
  const stack = new Int32Array(3 * rows + 3);
  const order = Int32Array.from({ length: features }, (_, feature) => feature);
  const tree = emptyTree(rows);

  /** Looks for the best split of a node among some features drawn without replacement. */
  const findSplit = (
    start: number,
    end: number,
    nodeWeight: number,
    nodePositive: number,
    random: Random,
  ): void => {
    best.reset();
    let varying = 0;
    for (let tried = 0; tried < features && (tried < featuresPerSplit || varying === 0); tried++) {
      const other = tried + random.below(features - tried);
      const feature = order[other] ?? 0;
      order[other] = order[tried] ?? 0;
      order[tried] = feature;
      if (trySplits(feature, start, end, nodeWeight, nodePositive, random)) varying += 1;
    }
  };

  return (weights, random) => {
    const active = loadRows(nodeRows, y, weights);
    stack[0] = 0;
    stack[1] = 0;
    stack[2] = active;
    tree.nodes = 1;
    for (let top = 3; top > 0; ) {
      top -= 3;
      const node = stack[top] ?? 0;
      const start = stack[top + 1] ?? 0;
      const end = stack[top + 2] ?? 0;
      let nodeWeight = 0;
      let nodePositive = 0;
      let positives = 0;
      for (let i = start; i < end; i++) {
        nodeWeight += weight[i] ?? 0;
        const p = positive[i] ?? 0;
        nodePositive += p;
        if (p > 0) positives += 1;
      }
      const mixed = positives > 0 && positives < end - start;
      tree.weight[node] = nodeWeight;
      // Of rows of one class the share is exactly 0 or 1, whatever the rounding of the sums.
      tree.value[node] = mixed ? nodePositive / nodeWeight : positives > 0 ? 1 : 0;
      tree.feature[node] = -1;
      tree.threshold[node] = 0;
      tree.left[node] = 0;
      tree.missingLeft[node] = 0;
      if (!mixed || end - start < 2 * minLeaf) continue;
      findSplit(start, end, nodeWeight, nodePositive, random);
      if (best.feature < 0) continue;
      const middle = partition(start, end);
      const child = tree.nodes;
      tree.nodes += 2;
      tree.feature[node] = best.feature;
      tree.threshold[node] = best.threshold;
      tree.left[node] = child;
      tree.missingLeft[node] = best.missingLeft;
      stack[top] = child + 1;
      stack[top + 1] = middle;
      stack[top + 2] = end;
      stack[top + 3] = child;
      stack[top + 4] = start;
      stack[top + 5] = middle;
      top += 6;
    }
    return tree;
  };
};

const emptyTree = (rows: number) => ({
  nodes: 0,
  feature: new Int16Array(2 * rows),
  threshold: new Float32Array(2 * rows),
  left: new Int32Array(2 * rows),
  missingLeft: new Uint8Array(2 * rows),
  value: new Float64Array(2 * rows),
  weight: new Float64Array(2 * rows),
});

/** Puts the rows with a weight above 0 to the first positions; how many there are. */
const loadRows = ({ samples, weight, positive }: NodeRows, y: Uint8Array, weights: Float64Array): number => {
  let active = 0;
  for (let row = 0; row < weights.length; row++) {
    const w = weights[row] ?? 0;
    if (!(w > 0)) continue;
    samples[active] = row;
    weight[active] = w;
    positive[active] = y[row] === 1 ? w : 0;
    active += 1;
  }
  return active;
};

/** What reorders a node's positions by its best split and gives the first position of the right side. */
const createPartition = (
  { rows, columns }: TrainingColumns,
  { samples, weight, positive }: NodeRows,
  best: BestSplit,
) => {
  return (start: number, end: number): number => {
    const { threshold, missingLeft } = best;
    const base = best.feature * rows;
    let low = start;
    let high = end - 1;
    while (low <= high) {
      const row = samples[low] ?? 0;
      const x = columns[base + row] ?? 0;
      if (Number.isNaN(x) ? missingLeft === 1 : x <= threshold) {
        low += 1;
        continue;
      }
      const w = weight[low] ?? 0;
      const p = positive[low] ?? 0;
      samples[low] = samples[high] ?? 0;
      weight[low] = weight[high] ?? 0;
      positive[low] = positive[high] ?? 0;
      samples[high] = row;
      weight[high] = w;
      positive[high] = p;
      high -= 1;
    }
    return low;
  };
};
