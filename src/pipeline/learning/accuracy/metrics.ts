import { ONE_HALF, predictedClass } from './decision.ts';

/** Predictions with their truth; `weights` default to 1. All of one length. */
export interface Scored {
  readonly y: ArrayLike<number>;
  readonly p: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
  /** From which probability a row is taken for class 1; one half without it. */
  readonly threshold?: number;
}

/** Sums of weights, by truth and predicted class. */
export interface Confusion {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly trueNegative: number;
  readonly falseNegative: number;
}

/** One bin of predicted probability: [from, to), the last one closed. Means are null in an empty bin. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly weight: number;
  readonly meanProbability: number | null;
  /** Weighted share of class 1 among the bin's rows. */
  readonly observed: number | null;
}

/** Quality of a binary prediction; null where a number has no meaning (one class only, nothing predicted). */
export interface BinaryMetrics {
  /** Rows, whatever their weight. */
  readonly n: number;
  readonly confusion: Confusion;
  readonly accuracy: number | null;
  /** Accuracy of always answering the more frequent class, with the same weights. */
  readonly majorityRate: number | null;
  /** Mean of the two classes' recalls. */
  readonly balancedAccuracy: number | null;
  /** Of class 1: precision TP/(TP+FP), recall TP/(TP+FN), and F1, their harmonic mean. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly rocAuc: number | null;
  /** Mean of (p - y)^2 (Brier 1950). */
  readonly brier: number | null;
  readonly reliability: readonly ReliabilityBin[];
}

const weightOf = (rows: Scored, i: number): number => (rows.weights ? (rows.weights[i] ?? 0) : 1);

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

const confusion = (rows: Scored): Confusion => {
  let truePositive = 0;
  let falsePositive = 0;
  let trueNegative = 0;
  let falseNegative = 0;
  for (let i = 0; i < rows.y.length; i++) {
    const w = weightOf(rows, i);
    const hit = predictedClass(rows.p[i] ?? 0, rows.threshold ?? ONE_HALF);
    if (rows.y[i] === 1) {
      if (hit === 1) truePositive += w;
      else falseNegative += w;
    } else if (hit === 1) falsePositive += w;
    else trueNegative += w;
  }
  return { truePositive, falsePositive, trueNegative, falseNegative };
};

/**
 * Area under the ROC curve as the probability that a row of class 1 scores higher than one of class 0, ties
 * counting half (Mann-Whitney), each pair weighted by the product of its weights. Null with one class only.
 */
export const rocAuc = (rows: Scored): number | null => {
  const order = Array.from({ length: rows.y.length }, (_, i) => i).sort(
    (i, j) => (rows.p[i] ?? 0) - (rows.p[j] ?? 0),
  );
  let positives = 0;
  let negatives = 0;
  let area = 0;
  for (let start = 0; start < order.length; ) {
    const value = rows.p[order[start] ?? 0];
    let tiedPositives = 0;
    let tiedNegatives = 0;
    let end = start;
    for (; end < order.length && rows.p[order[end] ?? 0] === value; end++) {
      const i = order[end] ?? 0;
      if (rows.y[i] === 1) tiedPositives += weightOf(rows, i);
      else tiedNegatives += weightOf(rows, i);
    }
    area += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    start = end;
  }
  return ratio(area, positives * negatives);
};

/** Observed frequency against predicted probability in `bins` equal bins of [0, 1]. */
export const reliabilityTable = (rows: Scored, bins = 5): ReliabilityBin[] => {
  const sums = Array.from({ length: bins }, () => ({ n: 0, weight: 0, p: 0, y: 0 }));
  for (let i = 0; i < rows.y.length; i++) {
    const p = rows.p[i] ?? 0;
    const w = weightOf(rows, i);
    const bin = sums[Math.min(bins - 1, Math.floor(p * bins))];
    if (!bin) throw new RangeError(`A probability must be from 0 to 1, not ${p}.`);
    bin.n += 1;
    bin.weight += w;
    bin.p += w * p;
    bin.y += w * (rows.y[i] ?? 0);
  }
  return sums.map((bin, k) => ({
    from: k / bins,
    to: (k + 1) / bins,
    n: bin.n,
    weight: bin.weight,
    meanProbability: ratio(bin.p, bin.weight),
    observed: ratio(bin.y, bin.weight),
  }));
};

/** All of `BinaryMetrics` in one go. Probabilities must be numbers: leave rows without a prediction out. */
export const binaryMetrics = (rows: Scored): BinaryMetrics => {
  const n = rows.y.length;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    squares += weightOf(rows, i) * ((rows.p[i] ?? 0) - (rows.y[i] ?? 0)) ** 2;
  }
  const c = confusion(rows);
  return {
    n,
    confusion: c,
    ...confusionMetrics(c),
    rocAuc: rocAuc(rows),
    brier: ratio(squares, c.truePositive + c.falsePositive + c.trueNegative + c.falseNegative),
    reliability: reliabilityTable(rows),
  };
};

/** The figures that follow from a confusion alone. */
export const confusionMetrics = ({
  truePositive,
  falsePositive,
  trueNegative,
  falseNegative,
}: Confusion): Pick<
  BinaryMetrics,
  'accuracy' | 'majorityRate' | 'balancedAccuracy' | 'precision' | 'recall' | 'f1'
> => {
  const positives = truePositive + falseNegative;
  const negatives = trueNegative + falsePositive;
  const total = positives + negatives;
  const recall = ratio(truePositive, positives);
  const specificity = ratio(trueNegative, negatives);
  return {
    accuracy: ratio(truePositive + trueNegative, total),
    majorityRate: ratio(Math.max(positives, negatives), total),
    balancedAccuracy: recall === null || specificity === null ? null : (recall + specificity) / 2,
    precision: ratio(truePositive, truePositive + falsePositive),
    recall,
    f1: ratio(2 * truePositive, 2 * truePositive + falsePositive + falseNegative),
  };
};
