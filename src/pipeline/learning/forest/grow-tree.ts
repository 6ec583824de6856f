import type { Random } from '../seeded-random.ts';
import { createKeySorter } from './sort-keys.ts';
import { columnRanks, type TrainingColumns } from './training-columns.ts';

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

/** The threshold of a split that parts present from missing values: every float32 is on its left. */
const ANY_PRESENT = 3.4028234663852886e38;

/**
 * CART for two classes with the Gini impurity (Breiman et al. 1984), or extremely randomised trees (Geurts
 * et al. 2006, Mach. Learn. 63, 3). Missing values are tried on both sides of every threshold and go where
 * the gain is larger (as the boosting libraries do; for forests see scikit-learn 1.4). The best split may
 * also part them from all present values; a random one only where those are all equal, for tried at every
 * split such a test is chosen so often that the trees grow alike. Where a split saw no missing value, a later one goes to the side of more weight.
 *
 * Working arrays, allocated once, `active` = rows with a weight:
 *
 *   samples[i], weight[i], positive[i]   row, its weight, and that weight if the row is of class 1. A node
 *                                        is a range [start, end) of positions; splitting it reorders them
 *   gathered[i]                          the feature under trial, by position
 *   keys[k]                              rank * 2^24 + (position - start), to sort by the feature
 *   stack                                nodes still to split, three numbers each: node, start, end
 */
export const createTreeGrower = (
  table: TrainingColumns,
  y: Uint8Array,
  { splitter, featuresPerSplit, minLeaf }: TreeOptions,
): TreeGrower => {
  const { rows, features, columns, hasMissing } = table;
  if (rows >= 2 ** 24) throw new RangeError(`A forest takes fewer than 2^24 rows, not ${rows}.`);
  const ranks = splitter === 'best' ? columnRanks(table) : new Int32Array(0);
  const samples = new Int32Array(rows);
  const weight = new Float64Array(rows);
  const positive = new Float64Array(rows);
  const gathered = new Float32Array(rows);
  const keys = new Float64Array(splitter === 'best' ? rows : 0);
  const sortKeys = createKeySorter(keys.length, rows - 1);
  const stack = new Int32Array(3 * rows + 3);
  const order = Int32Array.from({ length: features }, (_, feature) => feature);
  const tree = {
    nodes: 0,
    feature: new Int16Array(2 * rows),
    threshold: new Float32Array(2 * rows),
    left: new Int32Array(2 * rows),
    missingLeft: new Uint8Array(2 * rows),
    value: new Float64Array(2 * rows),
    weight: new Float64Array(2 * rows),
  };
  // The best split of the node at hand.
  let bestScore = 0;
  let bestFeature = -1;
  let bestThreshold = 0;
  let bestMissingLeft = 0;

  /**
   * Keeps a split when it is the best so far. With W the weight of a side and P that of its class 1, the
   * Gini gain grows with the sum over both sides of (P^2 + (W - P)^2) / W.
   */
  const consider = (
    feature: number,
    threshold: number,
    missingLeft: number,
    weightLeft: number,
    positiveLeft: number,
    weightRight: number,
    positiveRight: number,
  ): void => {
    const negativeLeft = weightLeft - positiveLeft;
    const negativeRight = weightRight - positiveRight;
    const score =
      (positiveLeft * positiveLeft + negativeLeft * negativeLeft) / weightLeft +
      (positiveRight * positiveRight + negativeRight * negativeRight) / weightRight;
    if (score > bestScore) {
      bestScore = score;
      bestFeature = feature;
      bestThreshold = threshold;
      bestMissingLeft = missingLeft;
    }
  };

  /** Tries one drawn threshold of a feature. False when the feature is constant on the node. */
  const tryRandom = (
    feature: number,
    start: number,
    end: number,
    nodeWeight: number,
    nodePositive: number,
    random: Random,
  ): boolean => {
    const base = feature * rows;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let missing = 0;
    let missingWeight = 0;
    let missingPositive = 0;
    if (hasMissing[feature] === 1) {
      for (let i = start; i < end; i++) {
        const x = columns[base + (samples[i] ?? 0)] ?? 0;
        gathered[i] = x;
        // NaN fails both comparisons, so it must be asked for first.
        if (Number.isNaN(x)) {
          missing += 1;
          missingWeight += weight[i] ?? 0;
          missingPositive += positive[i] ?? 0;
        } else {
          if (x < low) low = x;
          if (x > high) high = x;
        }
      }
    } else {
      for (let i = start; i < end; i++) {
        const x = columns[base + (samples[i] ?? 0)] ?? 0;
        gathered[i] = x;
        if (x < low) low = x;
        if (x > high) high = x;
      }
    }
    const present = end - start - missing;
    if (present === 0) return false;
    const presentWeight = nodeWeight - missingWeight;
    const presentPositive = nodePositive - missingPositive;
    if (low === high) {
      if (missing >= minLeaf && present >= minLeaf) {
        consider(feature, ANY_PRESENT, 0, presentWeight, presentPositive, missingWeight, missingPositive);
      }
      return missing > 0;
    }
    const drawn = Math.fround(low + random.float() * (high - low));
    const threshold = drawn < high ? drawn : low;
    let left = 0;
    let weightLeft = 0;
    let positiveLeft = 0;
    for (let i = start; i < end; i++) {
      if ((gathered[i] ?? 0) <= threshold) {
        left += 1;
        weightLeft += weight[i] ?? 0;
        positiveLeft += positive[i] ?? 0;
      }
    }
    tryThreshold(
      feature,
      threshold,
      left,
      weightLeft,
      positiveLeft,
      present - left,
      presentWeight - weightLeft,
      presentPositive - positiveLeft,
      missing,
      missingWeight,
      missingPositive,
    );
    return true;
  };

  /** One threshold, with the missing values on either side. Counts are of rows, for `minLeaf`. */
  const tryThreshold = (
    feature: number,
    threshold: number,
    left: number,
    weightLeft: number,
    positiveLeft: number,
    right: number,
    weightRight: number,
    positiveRight: number,
    missing: number,
    missingWeight: number,
    missingPositive: number,
  ): void => {
    if (missing === 0) {
      if (left < minLeaf || right < minLeaf) return;
      const heavier = weightLeft >= weightRight ? 1 : 0;
      consider(feature, threshold, heavier, weightLeft, positiveLeft, weightRight, positiveRight);
      return;
    }
    if (left + missing >= minLeaf && right >= minLeaf) {
      const w = weightLeft + missingWeight;
      consider(feature, threshold, 1, w, positiveLeft + missingPositive, weightRight, positiveRight);
    }
    if (left >= minLeaf && right + missing >= minLeaf) {
      const w = weightRight + missingWeight;
      consider(feature, threshold, 0, weightLeft, positiveLeft, w, positiveRight + missingPositive);
    }
  };

  /** Tries every threshold of a feature. False when the feature is constant on the node. */
  const tryBest = (
    feature: number,
    start: number,
    end: number,
    nodeWeight: number,
    nodePositive: number,
  ): boolean => {
    const base = feature * rows;
    let present = 0;
    let missingWeight = 0;
    let missingPositive = 0;
    for (let i = start; i < end; i++) {
      const rank = ranks[base + (samples[i] ?? 0)] ?? 0;
      if (rank < 0) {
        missingWeight += weight[i] ?? 0;
        missingPositive += positive[i] ?? 0;
      } else {
        keys[present++] = rank * 0x100_0000 + (i - start);
      }
    }
    if (present === 0) return false;
    sortKeys(keys, present);
    const missing = end - start - present;
    const presentWeight = nodeWeight - missingWeight;
    const presentPositive = nodePositive - missingPositive;
    if (missing >= minLeaf && present >= minLeaf) {
      consider(feature, ANY_PRESENT, 0, presentWeight, presentPositive, missingWeight, missingPositive);
    }
    let varies = missing > 0;
    let weightLeft = 0;
    let positiveLeft = 0;
    let rank = Math.floor((keys[0] ?? 0) / 0x100_0000);
    let position = start + ((keys[0] ?? 0) - rank * 0x100_0000);
    for (let k = 1; k < present; k++) {
      weightLeft += weight[position] ?? 0;
      positiveLeft += positive[position] ?? 0;
      const before = position;
      const key = keys[k] ?? 0;
      const nextRank = Math.floor(key / 0x100_0000);
      position = start + (key - nextRank * 0x100_0000);
      if (nextRank === rank) continue;
      rank = nextRank;
      varies = true;
      const below = columns[base + (samples[before] ?? 0)] ?? 0;
      const above = columns[base + (samples[position] ?? 0)] ?? 0;
      const middle = Math.fround(below + (above - below) / 2);
      tryThreshold(
        feature,
        // Rounding must not carry the threshold up to the next value.
        middle < above ? middle : below,
        k,
        weightLeft,
        positiveLeft,
        present - k,
        presentWeight - weightLeft,
        presentPositive - positiveLeft,
        missing,
        missingWeight,
        missingPositive,
      );
    }
    return varies;
  };

  /** Reorders a node's positions by the best split; gives the first position of the right side. */
  const partition = (start: number, end: number): number => {
    const base = bestFeature * rows;
    let low = start;
    let high = end - 1;
    while (low <= high) {
      const row = samples[low] ?? 0;
      const x = columns[base + row] ?? 0;
      if (Number.isNaN(x) ? bestMissingLeft === 1 : x <= bestThreshold) {
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

  /** Looks for the best split of a node among some features drawn without replacement. */
  const findSplit = (
    start: number,
    end: number,
    nodeWeight: number,
    nodePositive: number,
    random: Random,
  ): void => {
    bestFeature = -1;
    bestScore = Number.NEGATIVE_INFINITY;
    let varying = 0;
    for (let tried = 0; tried < features && (tried < featuresPerSplit || varying === 0); tried++) {
      const other = tried + random.below(features - tried);
      const feature = order[other] ?? 0;
      order[other] = order[tried] ?? 0;
      order[tried] = feature;
      const varies =
        splitter === 'random'
          ? tryRandom(feature, start, end, nodeWeight, nodePositive, random)
          : tryBest(feature, start, end, nodeWeight, nodePositive);
      if (varies) varying += 1;
    }
  };

  return (weights, random) => {
    let active = 0;
    for (let row = 0; row < rows; row++) {
      const w = weights[row] ?? 0;
      if (!(w > 0)) continue;
      samples[active] = row;
      weight[active] = w;
      positive[active] = y[row] === 1 ? w : 0;
      active += 1;
    }
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
      if (bestFeature < 0) continue;
      const middle = partition(start, end);
      const child = tree.nodes;
      tree.nodes += 2;
      tree.feature[node] = bestFeature;
      tree.threshold[node] = bestThreshold;
      tree.left[node] = child;
      tree.missingLeft[node] = bestMissingLeft;
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
