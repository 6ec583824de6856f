/** The rows of the nodes of a tree under growth; a node is a range [start, end) of positions. */
export interface NodeRows {
  /** Row at each position. */
  readonly samples: Int32Array;
  /** Its weight, and that weight if the row is of class 1, else 0. */
  readonly weight: Float64Array;
  readonly positive: Float64Array;
}

/** The best split found for the node at hand. */
export interface BestSplit {
  /** -1: none. */
  feature: number;
  threshold: number;
  /** 1 when missing values go to the left. */
  missingLeft: number;
  /** Forgets it, for the next node. */
  reset(): void;
  /** Keeps a split when it is the best so far. */
  consider(
    feature: number,
    threshold: number,
    missingLeft: number,
    weightLeft: number,
    positiveLeft: number,
    weightRight: number,
    positiveRight: number,
  ): void;
  /** One threshold, with the missing values on either side. Counts are of rows, for `minLeaf`. */
  tryThreshold(
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
  ): void;
}

/** The threshold of a split that parts present from missing values: every float32 is on its left. */
export const ANY_PRESENT = 3.4028234663852886e38;

/**
 * With W the weight of a side and P that of its class 1, the Gini gain grows with the sum over both sides of
 * (P^2 + (W - P)^2) / W: the split with the largest is the best.
 *
 * @param minLeaf fewest training rows on each side
 */
export const createBestSplit = (minLeaf: number): BestSplit => {
  let score = Number.NEGATIVE_INFINITY;

  const consider: BestSplit['consider'] = (
    feature,
    threshold,
    missingLeft,
    weightLeft,
    positiveLeft,
    weightRight,
    positiveRight,
  ) => {
    const negativeLeft = weightLeft - positiveLeft;
    const negativeRight = weightRight - positiveRight;
    const its =
      (positiveLeft * positiveLeft + negativeLeft * negativeLeft) / weightLeft +
      (positiveRight * positiveRight + negativeRight * negativeRight) / weightRight;
    if (its > score) {
      score = its;
      best.feature = feature;
      best.threshold = threshold;
      best.missingLeft = missingLeft;
    }
  };

  const tryThreshold: BestSplit['tryThreshold'] = (
    feature,
    threshold,
    left,
    weightLeft,
    positiveLeft,
    right,
    weightRight,
    positiveRight,
    missing,
    missingWeight,
    missingPositive,
  ) => {
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

  const best: BestSplit = {
    feature: -1,
    threshold: 0,
    missingLeft: 0,
    reset: () => {
      score = Number.NEGATIVE_INFINITY;
      best.feature = -1;
    },
    consider,
    tryThreshold,
  };
  return best;
};
