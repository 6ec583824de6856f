/**
 * Binary trees in flat arrays, all trees one after another; node 0 of a tree is its root.
 *
 *   tree t     nodes starts[t] .. starts[t + 1] - 1
 *   node i     a split when feature[i] >= 0:
 *                a row goes to left[i] when its feature is <= threshold[i], or is missing and
 *                missingLeft[i] is 1; otherwise to left[i] + 1 (siblings are neighbours)
 *              a leaf when feature[i] is -1
 *   value[i]   share of class 1 among the training rows that reached node i, of splits too
 *
 * Features are compared as float32: thresholds are float32, and rows are rounded before they are compared,
 * in training as in predicting, so that formats that know float32 only (ONNX) say the same.
 */
export interface FlatForest {
  readonly starts: Int32Array;
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly missingLeft: Uint8Array;
  readonly value: Float64Array;
}

export const treeCount = (forest: FlatForest): number => forest.starts.length - 1;

/** A float32 copy of a row-major matrix; values too large for a float32 become missing. */
export const toFloat32 = (values: Float64Array): Float32Array => {
  const rounded = new Float32Array(values);
  for (let i = 0; i < rounded.length; i++) {
    if (!Number.isFinite(rounded[i] ?? 0)) rounded[i] = Number.NaN;
  }
  return rounded;
};

/** The leaf that the row starting at `offset` of `values` ends in, from node `root` downwards. */
export const leafOf = (forest: FlatForest, root: number, values: Float32Array, offset: number): number => {
  const { feature, threshold, left, missingLeft } = forest;
  let node = root;
  let column = feature[node] ?? -1;
  while (column >= 0) {
    const x = values[offset + column] ?? Number.NaN;
    const goesLeft = Number.isNaN(x) ? missingLeft[node] === 1 : x <= (threshold[node] ?? 0);
    node = (left[node] ?? 0) + (goesLeft ? 0 : 1);
    column = feature[node] ?? -1;
  }
  return node;
};
