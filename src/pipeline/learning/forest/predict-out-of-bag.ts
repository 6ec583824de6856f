import { type FlatForest, leafOf } from './flat-forest.ts';

/**
 * For each row the mean vote of the trees whose bag lacks it (a bag has all rows of a group or none); NaN if
 * there is no such tree.
 *
 * @param bags how often each row is in each tree's bag
 * @param values row-major, rows x columns
 */
export const predictOutOfBag = (
  forest: FlatForest,
  bags: readonly Int32Array[],
  values: Float32Array,
  columns: number,
): Float64Array => {
  const rows = values.length / columns;
  const sums = new Float64Array(rows);
  const votes = new Int32Array(rows);
  bags.forEach((counts, tree) => {
    const root = forest.starts[tree] ?? 0;
    for (let row = 0; row < rows; row++) {
      if (counts[row] !== 0) continue;
      sums[row] = (sums[row] ?? 0) + (forest.value[leafOf(forest, root, values, row * columns)] ?? 0);
      votes[row] = (votes[row] ?? 0) + 1;
    }
  });
  // 0 / 0 is the NaN that stands for "every tree saw it".
  return sums.map((sum, row) => sum / (votes[row] ?? 0));
};
