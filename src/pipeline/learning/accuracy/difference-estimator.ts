import type { Probability } from '../../alert.ts';
import { ONE_HALF, predictedClass } from './decision.ts';
import type { Confusion } from './metrics.ts';

/** A label, and P(class 1) of it by trees that had not seen it. */
export interface UnseenLabel {
  readonly y: 0 | 1;
  readonly p: Probability;
  /** How much it counts; above 0. */
  readonly weight: number;
}

export interface DifferenceEstimate {
  /** Shares of the objects; they sum to 1. */
  readonly shares: Confusion;
  /** Variance of the accuracy that the shares give, as an estimate of that on further objects. */
  readonly variance: number;
  /** Of the variance: how many independent labels it was learned from, less one. */
  readonly degrees: number;
}

const CELLS = ['truePositive', 'falsePositive', 'trueNegative', 'falseNegative'] as const;

/**
 * The confusion of a model on all objects, from a few labels and the model's own probabilities: what the
 * probabilities would come to if they were right, plus by how much they were off on the labels,
 *
 *   share_c = mean over all objects of e_c(p) + sum v (i_c - e_c(p)) / sum v,
 *
 * where i_c is 1 if a label falls into cell c, e_c(p) its expectation, and v the label's weight. This is the
 * survey statistician's difference estimator (Saerndal, Swensson and Wretman 1992, Model Assisted Survey
 * Sampling, chapter 6; for models that learn: Angelopoulos et al. 2023, arXiv 2301.09633). With useless
 * probabilities it is as exact as the labels alone; the better they are, the less depends on which objects were
 * labelled. In sparse regions the trees that did not see a label are less sure, and more often wrong: these two
 * errors cancel.
 *
 * The variance has two parts: that of the corrections, and that of the objects being a draw from those to come.
 * One right and one wrong label are added to the corrections, since ten labels that all agree do not prove that
 * every label would. Labels of unequal weight count as their effective number, (sum v)^2 / sum v^2 (Kish 1965).
 *
 * @param objects P(class 1) of every object, those of the labels included
 * @param believed the calibrated probability of such a P(class 1); the class is predicted by P itself
 * @param threshold the P from which an object is taken for class 1
 */
export const differenceEstimator = (
  labels: readonly UnseenLabel[],
  objects: ArrayLike<Probability>,
  believed: (p: Probability) => Probability = (p) => p,
  threshold: Probability = ONE_HALF,
): DifferenceEstimate => {
  const sums: Record<keyof Confusion, number> = {
    truePositive: 0,
    falsePositive: 0,
    trueNegative: 0,
    falseNegative: 0,
  };
  for (let i = 0; i < objects.length; i++) {
    const expected = expectation(objects[i] ?? Number.NaN, believed, threshold);
    for (const cell of CELLS) sums[cell] += expected[cell] / objects.length;
  }
  const weight = labels.reduce((sum, label) => sum + label.weight, 0);
  for (const { y, p, weight: v } of labels) {
    const expected = expectation(p, believed, threshold);
    const seen = cellOf(y, p, threshold);
    for (const cell of CELLS) sums[cell] += (v * ((cell === seen ? 1 : 0) - expected[cell])) / weight;
  }
  // A correction can push a small share below 0. The sums of right and of wrong stay, within [0, 1].
  const right = Math.min(1, Math.max(0, sums.truePositive + sums.trueNegative));
  const [truePositive, trueNegative] = divide(right, sums.truePositive, sums.trueNegative);
  const [falsePositive, falseNegative] = divide(1 - right, sums.falsePositive, sums.falseNegative);
  return {
    shares: { truePositive, falsePositive, trueNegative, falseNegative },
    variance: varianceOf(labels, right, objects.length, believed, threshold),
    degrees: effectiveNumber(labels) - 1,
  };
};

/** Splits `whole` in the proportion of two parts, negative ones taken as 0; in halves if both are 0. */
const divide = (whole: number, a: number, b: number): [number, number] => {
  const [x, y] = [Math.max(0, a), Math.max(0, b)];
  const first = x + y > 0 ? (whole * x) / (x + y) : whole / 2;
  return [first, whole - first];
};

const expectation = (
  p: Probability,
  believed: (p: Probability) => Probability,
  threshold: Probability,
): Confusion => {
  const one = believed(p);
  return predictedClass(p, threshold) === 1
    ? { truePositive: one, falsePositive: 1 - one, trueNegative: 0, falseNegative: 0 }
    : { truePositive: 0, falsePositive: 0, trueNegative: 1 - one, falseNegative: one };
};

const cellOf = (y: 0 | 1, p: Probability, threshold: Probability): keyof Confusion => {
  if (predictedClass(p, threshold) === 1) return y === 1 ? 'truePositive' : 'falsePositive';
  return y === 1 ? 'falseNegative' : 'trueNegative';
};

const varianceOf = (
  labels: readonly UnseenLabel[],
  accuracy: number,
  objects: number,
  believed: (p: Probability) => Probability,
  threshold: Probability,
): number => {
  const sure = ({ p }: UnseenLabel): Probability =>
    predictedClass(p, threshold) === 1 ? believed(p) : 1 - believed(p);
  const n = labels.length;
  const weight = labels.reduce((sum, label) => sum + label.weight, 0);
  const typical = weight / n;
  const sureness = labels.reduce((sum, label) => sum + sure(label), 0) / n;
  const residuals = labels.map(
    (label) => (predictedClass(label.p, threshold) === label.y ? 1 : 0) - sure(label),
  );
  const mean = residuals.reduce((sum, one, i) => sum + one * (labels[i]?.weight ?? 0), 0) / weight;
  const squares = residuals.reduce(
    (sum, one, i) => sum + ((labels[i]?.weight ?? 0) * (one - mean)) ** 2,
    typical ** 2 * ((1 - sureness) ** 2 + sureness ** 2),
  );
  const independent = effectiveNumber(labels);
  const ofLabels = (squares / (weight + 2 * typical) ** 2) * (independent / Math.max(1, independent - 1));
  return ofLabels + bernoulliVariance(accuracy) / objects;
};

/** The number of labels of equal weight that would give a mean as exactly (Kish 1965). */
export const effectiveNumber = (labels: readonly UnseenLabel[]): number => {
  const sum = labels.reduce((total, { weight }) => total + weight, 0);
  const squares = labels.reduce((total, { weight }) => total + weight * weight, 0);
  return (sum * sum) / squares;
};

/** a (1 - a), kept off 0: objects that are all right today do not show that all will be. */
export const bernoulliVariance = (accuracy: number): number => {
  const a = Math.min(0.99, Math.max(0.5, accuracy));
  return a * (1 - a);
};
