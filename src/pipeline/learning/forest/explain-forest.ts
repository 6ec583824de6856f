import { type FlatForest, treeCount } from './flat-forest.ts';

/** How a forest's probabilities come about: for each row, base + the sum of its contributions. */
export interface ForestExplanation {
  /** Mean of the trees' roots: the probability of a row about which nothing is known. */
  readonly base: number;
  /** Row-major, rows x columns. */
  readonly contributions: Float64Array;
}

/**
 * Contributions along the paths: at every split the change of the share of class 1 from node to child counts
 * for the split's feature, mean over the trees (Saabas 2014, "Interpreting random forests"). They sum to
 * the probability minus the base, up to rounding.
 */
export const explainForest = (
  forest: FlatForest,
  values: Float32Array,
  columns: number,
): ForestExplanation => {
  const { starts, feature, threshold, left, missingLeft, value } = forest;
  const trees = treeCount(forest);
  const contributions = new Float64Array(values.length);
  let base = 0;
  for (let tree = 0; tree < trees; tree++) {
    const root = starts[tree] ?? 0;
    base += (value[root] ?? 0) / trees;
    for (let offset = 0; offset < values.length; offset += columns) {
      let node = root;
      for (let column = feature[node] ?? -1; column >= 0; column = feature[node] ?? -1) {
        const x = values[offset + column] ?? Number.NaN;
        const goesLeft = Number.isNaN(x) ? missingLeft[node] === 1 : x <= (threshold[node] ?? 0);
        const child = (left[node] ?? 0) + (goesLeft ? 0 : 1);
        const change = (value[child] ?? 0) - (value[node] ?? 0);
        contributions[offset + column] = (contributions[offset + column] ?? 0) + change / trees;
        node = child;
      }
    }
  }
  return { base, contributions };
};
