import type { Probability } from '../../alert.ts';
import { type Interval, studentQuantile95, wilsonInterval } from './accuracy-interval.ts';
import {
  aucInterval,
  balancedInterval,
  DEFAULT_DECISION,
  type DecisionRule,
  decisionOn,
  type ModelDecision,
} from './decision.ts';
import {
  bernoulliVariance,
  differenceEstimator,
  effectiveNumber,
  type UnseenLabel,
} from './difference-estimator.ts';
import { type DrawnLabel, isByChance, labelWeights } from './label-weights.ts';
import { type BinaryMetrics, binaryMetrics, type Confusion, confusionMetrics } from './metrics.ts';
import { fitPlattScaling, scaledProbability } from './platt-scaling.ts';

/** Accuracy on labels that the model had not seen. */
export interface HonestAccuracy {
  /**
   * 'weighted': the labels drawn with a known chance, each weighed to stand for the pool; 'random-labels': all of
   * those were drawn uniformly.
   */
  readonly estimator: 'weighted' | 'random-labels';
  readonly accuracy: Probability;
  /** 95 %, see `intervalOf`. */
  readonly interval: Interval;
  /** Labels that count, and the number of random labels that alone would give the accuracy as exactly. */
  readonly n: number;
  readonly nEff: number;
  /** All objects that the accuracy is of: the labelled ones and the pool. */
  readonly objects: number;
  /** Accuracy of always answering the more frequent class, on the same objects. */
  readonly majorityRate: Probability;
  /** How a probability became a class. */
  readonly decision: ModelDecision;
  /** 95 % of the balanced accuracy and of the ROC-AUC; null where there is none. */
  readonly balancedInterval: Interval | null;
  readonly aucInterval: Interval | null;
  /**
   * The confusion (of all objects, scaled to `n`) and what follows from it as `differenceEstimator` has them;
   * ROC-AUC, Brier score and reliability of the labels that count, with their weights.
   */
  readonly metrics: BinaryMetrics;
}

/** P(class 1) of all objects: of those without a label, and of the labelled ones that some tree has not seen. */
export const allObjects = (outOfBag: ArrayLike<number>, pool: ArrayLike<number>): Float64Array => {
  const labelled = Array.from(outOfBag).filter((p) => !Number.isNaN(p));
  const objects = new Float64Array(pool.length + labelled.length);
  objects.set(pool);
  objects.set(labelled, pool.length);
  return objects;
};

/**
 * The honest accuracy from out-of-bag probabilities (NaN: none). Null while no label counts.
 *
 * Labels chosen for being uncertain say how hard they are, not how good the model is. So each label counts with
 * the weight of `labelWeights`, and objects without a label count by the model's own expectation, corrected by
 * the labels. The expectation uses Platt-scaled probabilities, because forests of few labels are not sure enough.
 * Scaling leaves less to correct on easy objects, of which few are drawn and each counts much.
 *
 * @param pool P(class 1) of the objects without a label, by the whole model
 * @param rule how a probability becomes a class
 */
export const honestAccuracy = (
  labels: readonly DrawnLabel[],
  outOfBag: ArrayLike<number>,
  pool: ArrayLike<number> = [],
  rule: DecisionRule = DEFAULT_DECISION,
): HonestAccuracy | null => {
  const weights = labelWeights(labels);
  const predicted = labels
    .map((label, i) => ({ y: label.y, p: outOfBag[i] ?? Number.NaN, weight: weights[i] ?? 0 }))
    .filter(({ p }) => !Number.isNaN(p));
  const counted = predicted.filter(({ weight }) => weight > 0);
  if (counted.length === 0) return null;
  const n = counted.length;
  const objects = allObjects(outOfBag, pool);
  const decision = decisionOn(rule, objects);
  const { threshold } = decision;
  const y = counted.map((label) => label.y);
  const p = counted.map((label) => label.p);
  const weightsOf = counted.map(({ weight }) => weight);
  const scaling = fitPlattScaling(y, p, weightsOf);
  const { shares, variance, degrees } = differenceEstimator(
    counted,
    objects,
    (raw) => (scaling === null ? raw : scaledProbability(scaling, raw)),
    threshold,
  );
  const ofLabels = binaryMetrics({ y, p, weights: weightsOf, threshold });
  const ofAll = confusionMetrics(shares);
  const { accuracy, majorityRate } = ofAll;
  if (accuracy === null || majorityRate === null) return null;
  const nEff = bernoulliVariance(accuracy) / variance;
  return {
    estimator: labels.some((label) => isByChance(label) && label.drawn === 'weighted')
      ? 'weighted'
      : 'random-labels',
    accuracy,
    interval: intervalOf(accuracy, nEff, degrees),
    n,
    nEff,
    objects: objects.length,
    majorityRate,
    decision,
    ...intervalsOf(shares, ofLabels.rocAuc, counted),
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

/** Intervals of the other figures, from the effective number of labels of each class. */
const intervalsOf = (
  { truePositive, falseNegative, trueNegative, falsePositive }: Confusion,
  auc: number | null,
  labels: readonly UnseenLabel[],
): Pick<HonestAccuracy, 'balancedInterval' | 'aucInterval'> => {
  const of = (label: 0 | 1): UnseenLabel[] => labels.filter(({ y }) => y === label);
  const [positives, negatives] = [truePositive + falseNegative, trueNegative + falsePositive];
  if (of(1).length === 0 || of(0).length === 0 || positives === 0 || negatives === 0) {
    return { balancedInterval: null, aucInterval: null };
  }
  const numbers = { positive: effectiveNumber(of(1)), negative: effectiveNumber(of(0)) };
  return {
    balancedInterval: balancedInterval(
      { recall: truePositive / positives, specificity: trueNegative / negatives },
      numbers,
    ),
    aucInterval: auc === null ? null : aucInterval(auc, numbers),
  };
};

/**
 * The interval, with Student's quantile for a variance that was learned from few labels. Below, it is Wilson's
 * on the effective number of labels: that few were wrong may have been luck. Above, it reaches at least as far
 * as the standard error says, which Wilson's does not. The estimate is no count of right ones: a single wrong
 * label of much weight takes it far down, and measured, Wilson's interval missed on that side alone.
 */
const intervalOf = (accuracy: Probability, nEff: number, degrees: number): Interval => {
  const quantile = studentQuantile95(degrees);
  const { low, high } = wilsonInterval(accuracy, nEff, quantile);
  const error = Math.sqrt(bernoulliVariance(accuracy) / nEff);
  return { low, high: Math.min(1, Math.max(high, accuracy + quantile * error)) };
};
