import type { Probability } from '../alert.ts';
import { assistedConfusion, bernoulliVariance } from './assisted-confusion.ts';
import { type BinaryMetrics, binaryMetrics, confusionMetrics } from './metrics.ts';
import type { Drawn } from './select-candidates.ts';
import { type Interval, studentQuantile95, wilsonInterval } from './wilson.ts';

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
  /** Wilson, 95 %, on nEff, with the quantile for a variance learned from the labels. */
  readonly interval: Interval;
  /** Labels that count, and how many drawn at random would tell the accuracy as exactly by themselves. */
  readonly n: number;
  readonly nEff: number;
  /** All objects that the accuracy is of: the labelled ones and the pool. */
  readonly objects: number;
  /** Accuracy of always answering the more frequent class, on the same objects. */
  readonly majorityRate: Probability;
  /**
   * The confusion (of all objects, scaled to `n`) and what follows from it as `assistedConfusion` has them;
   * ROC-AUC, Brier score and reliability of the labels that count, with their weights.
   */
  readonly metrics: BinaryMetrics;
}

/**
 * The honest accuracy from out-of-bag probabilities (NaN: none). Null while no label counts.
 *
 * Out-of-bag predictions of labels chosen for being uncertain say how hard those are, not how good the model
 * is; so each label counts with the weight that `labelWeights` gives it, and the model's own expectation of
 * the whole pool, corrected by them, stands for the objects that nobody labelled.
 *
 * @param pool P(class 1) of the objects without a label, by the whole model
 */
export const honestAccuracy = (
  labels: readonly DrawnLabel[],
  outOfBag: ArrayLike<number>,
  pool: ArrayLike<number> = [],
): HonestAccuracy | null => {
  const weights = labelWeights(labels);
  const predicted = labels
    .map((label, i) => ({ y: label.y, p: outOfBag[i] ?? Number.NaN, weight: weights[i] ?? 0 }))
    .filter(({ p }) => !Number.isNaN(p));
  const counted = predicted.filter(({ weight }) => weight > 0);
  if (counted.length === 0) return null;
  const n = counted.length;
  const objects = Float64Array.from([...Array.from(pool), ...predicted.map(({ p }) => p)]);
  const { shares, variance, degrees } = assistedConfusion(counted, objects);
  const ofLabels = binaryMetrics({
    y: counted.map(({ y }) => y),
    p: counted.map(({ p }) => p),
    weights: counted.map(({ weight }) => weight),
  });
  const ofAll = confusionMetrics(shares);
  const { accuracy, majorityRate } = ofAll;
  if (accuracy === null || majorityRate === null) return null;
  const nEff = bernoulliVariance(accuracy) / variance;
  return {
    estimator:
      allByChance(labels) && labels.some(({ drawn }) => drawn === 'weighted') ? 'weighted' : 'random-labels',
    accuracy,
    interval: wilsonInterval(accuracy, nEff, studentQuantile95(degrees)),
    n,
    nEff,
    objects: objects.length,
    majorityRate,
    metrics: {
      ...ofLabels,
      ...ofAll,
      confusion: {
        truePositive: n * shares.truePositive,
        falsePositive: n * shares.falsePositive,
        trueNegative: n * shares.trueNegative,
        falseNegative: n * shares.falseNegative,
      },
    },
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
