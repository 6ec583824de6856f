import type { FlatForest } from './flat-forest.ts';

/** All trees of some forests in one, in their order. */
export const joinForests = (forests: readonly FlatForest[]): FlatForest => {
  const nodes = forests.reduce((sum, forest) => sum + forest.feature.length, 0);
  const starts = [0];
  const joined: FlatForest = {
    starts: new Int32Array(1 + forests.reduce((sum, forest) => sum + forest.starts.length - 1, 0)),
    feature: new Int16Array(nodes),
    threshold: new Float32Array(nodes),
    left: new Int32Array(nodes),
    missingLeft: new Uint8Array(nodes),
    value: new Float64Array(nodes),
  };
  let offset = 0;
  for (const forest of forests) {
    joined.feature.set(forest.feature, offset);
    joined.threshold.set(forest.threshold, offset);
    joined.missingLeft.set(forest.missingLeft, offset);
    joined.value.set(forest.value, offset);
    joined.left.set(
      forest.left.map((child, node) => ((forest.feature[node] ?? -1) >= 0 ? child + offset : 0)),
      offset,
    );
    for (const start of forest.starts.subarray(1)) starts.push(start + offset);
    offset += forest.feature.length;
  }
  joined.starts.set(starts);
  return joined;
};
