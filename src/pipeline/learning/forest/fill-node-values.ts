import type { FlatForest } from './flat-forest.ts';

/**
 * A tree whose leaves vote, with the mean vote of its training rows at every split: what the contributions
 * along a path are measured against.
 *
 * @param values row-major, rows x columns
 * @param counts how often each row is in the tree's bag
 */
export const fillNodeValues = (
  tree: FlatForest,
  values: Float32Array,
  columns: number,
  counts: Int32Array,
): FlatForest => {
  const { feature, threshold, left, value } = tree;
  const weights = new Float64Array(feature.length);
  const sums = new Float64Array(feature.length);
  const path: number[] = [];
  counts.forEach((count, row) => {
    if (count === 0) return;
    path.length = 0;
    let node = 0;
    for (let column = feature[node] ?? -1; column >= 0; column = feature[node] ?? -1) {
      path.push(node);
      const goesLeft = (values[row * columns + column] ?? 0) <= (threshold[node] ?? 0);
      node = (left[node] ?? 0) + (goesLeft ? 0 : 1);
    }
    for (const passed of path) {
      weights[passed] = (weights[passed] ?? 0) + count;
      sums[passed] = (sums[passed] ?? 0) + count * (value[node] ?? 0);
    }
  });
  return {
    ...tree,
    value: value.map((vote, node) => {
      const weight = weights[node] ?? 0;
      return (feature[node] ?? -1) >= 0 && weight > 0 ? (sums[node] ?? 0) / weight : vote;
    }),
  };
};
