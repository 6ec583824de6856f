import type { Probability } from '../alert.ts';
import { type BinaryMetrics, binaryMetrics } from './metrics.ts';
import type { Drawn } from './select-candidates.ts';
import { effectiveSize, type Interval, wilsonInterval } from './wilson.ts';

/** What the estimators need to know of a label and how it was drawn, in the order drawn. */
export interface DrawnLabel {
  readonly y: 0 | 1;
  readonly drawn: Drawn;
  /** Probability with which it was drawn among the `poolSize` not yet drawn; null when not by chance. */
  readonly q: Probability | null;
  readonly poolSize: number;
}

/** Accuracy on labels that the model had not seen. */
export interface HonestAccuracy {
  /**
   * 'weighted': all labels, each weighed to stand for the pool; 'random-labels': those drawn at random only,
   * because the others were not drawn by chance.
   */
  readonly estimator: 'weighted' | 'random-labels';
  readonly accuracy: Probability;
  /** Wilson, 95 %, on nEff. */
  readonly interval: Interval;
  /** Labels that count, and how many equally weighted ones they are worth. */
  readonly n: number;
  readonly nEff: number;
  /** Accuracy of always answering the more frequent class, with the same labels and weights. */
  readonly majorityRate: Probability;
  readonly metrics: BinaryMetrics;
}

/**
 * The honest accuracy from out-of-bag probabilities (NaN: none). Null while no label counts.
 *
 * Out-of-bag predictions of labels chosen for being uncertain say how hard those are, not how good the model
 * is; so each label counts with the weight that `labelWeights` gives it.
 */
export const honestAccuracy = (
  labels: readonly DrawnLabel[],
  outOfBag: ArrayLike<number>,
): HonestAccuracy | null => {
  const weights = labelWeights(labels);
  const counted = labels
    .map((label, i) => ({ y: label.y, p: outOfBag[i] ?? Number.NaN, weight: weights[i] ?? 0 }))
    .filter(({ p, weight }) => weight > 0 && !Number.isNaN(p));
  const scored = {
    y: counted.map(({ y }) => y),
    p: counted.map(({ p }) => p),
    weights: counted.map(({ weight }) => weight),
  };
  const metrics = binaryMetrics(scored);
  if (metrics.accuracy === null || metrics.majorityRate === null) return null;
  const nEff = effectiveSize(scored.weights);
  return {
    estimator:
      allByChance(labels) && labels.some(({ drawn }) => drawn === 'weighted') ? 'weighted' : 'random-labels',
    accuracy: metrics.accuracy,
    interval: wilsonInterval(metrics.accuracy, nEff),
    n: counted.length,
    nEff,
    majorityRate: metrics.majorityRate,
    metrics,
  };
};

/**
 * How much each label counts. When all were drawn by chance: the weights of the levelled unbiased risk
 * estimator (Farquhar et al. 2021, arXiv 2101.11665), for label m of M from a pool of N
 *
 *   v_m = max(0, 1 + (N - M) / (N - m) * (1 / ((N - m + 1) q_m) - 1)),
 *
 * where N - m + 1 is the label's `poolSize`: with a stream of alerts each label's pool is the snapshot from
 * which it was drawn. A label drawn uniformly weighs 1. When some were not drawn by chance: 1 for those drawn
 * at random, 0 for the others.
 */
export const labelWeights = (labels: readonly DrawnLabel[]): Float64Array => {
  if (!allByChance(labels)) return Float64Array.from(labels, ({ drawn }) => (drawn === 'random' ? 1 : 0));
  return Float64Array.from(labels, ({ q, poolSize }, i) => {
    if (q === null || poolSize < 2) return 1;
    const undrawn = Math.max(0, poolSize - (labels.length - i));
    return Math.max(0, 1 + (undrawn / (poolSize - 1)) * (1 / (poolSize * q) - 1));
  });
};

const allByChance = (labels: readonly DrawnLabel[]): boolean => labels.every(({ q }) => q !== null);
