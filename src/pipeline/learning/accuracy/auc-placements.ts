/** A ROC-AUC with each row's part in it. */
export interface AucPlacements {
  readonly auc: number;
  /**
   * Share of the rows of the other class that each row is on the right side of, ties half; their mean over
   * either class is the AUC. 0 for rows left out.
   */
  readonly placements: Float64Array;
}

/** Of the rows with `usable` 1. Null when one class is missing among them. */
export const aucPlacements = (y: Uint8Array, p: Float64Array, usable: Uint8Array): AucPlacements | null => {
  const scoresOf = (label: number): Float64Array =>
    Float64Array.from(
      [...p.keys()].filter((i) => usable[i] === 1 && y[i] === label),
      (i) => p[i] ?? 0,
    ).sort();
  const negatives = scoresOf(0);
  const positives = scoresOf(1);
  if (negatives.length === 0 || positives.length === 0) return null;
  const placements = new Float64Array(p.length);
  let sum = 0;
  for (let row = 0; row < p.length; row++) {
    if (usable[row] !== 1) continue;
    const score = p[row] ?? 0;
    if (y[row] === 1) {
      const below = (countBelow(negatives, score, false) + countBelow(negatives, score, true)) / 2;
      placements[row] = below / negatives.length;
      sum += below;
    } else {
      const below = (countBelow(positives, score, false) + countBelow(positives, score, true)) / 2;
      placements[row] = 1 - below / positives.length;
    }
  }
  return { auc: sum / (negatives.length * positives.length), placements };
};

/** How many of the sorted values are below `limit`, or not above it. */
const countBelow = (sorted: Float64Array, limit: number, orEqual: boolean): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] ?? 0;
    if (value < limit || (orEqual && value === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
};
