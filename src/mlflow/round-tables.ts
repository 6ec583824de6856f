import { csvText, realText } from '../lib/csv.ts';
import type { Candid, ObjectId, Probability } from '../pipeline/alert.ts';
import type { BinaryMetrics } from '../pipeline/learning/accuracy/metrics.ts';
import type { FeatureMatrix } from '../pipeline/learning/engines/classifier.ts';

/** A label that the round's model was trained on. */
export interface RecordedLabel {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  /** Number of the round in which it was made. */
  readonly round: number;
  /** What people answered, in the fine labels. */
  readonly answer: string;
  /** Display name of who made it, and when (ISO 8601, UTC). */
  readonly labelledBy: string;
  readonly labelledAt: string;
  readonly y: 0 | 1;
  /** How its candidate was drawn; see `ChosenCandidate`. */
  readonly drawn: string | null;
  readonly q: Probability | null;
  readonly poolSize: number | null;
  /** P(class 1) by the model that chose it, null without one. */
  readonly probabilityBefore: Probability | null;
  /** P(class 1) from trees that saw no alert of its object; NaN where there is none. */
  readonly outOfBag: number;
  /** P(class 1) by the whole model. */
  readonly training: number;
}

/** How much a feature, or several together, counts in a model. */
export interface ImportanceRow {
  /** Names of the features; several where they were permuted together. */
  readonly features: readonly string[];
  /** What was measured, such as 'gain' or 'permutation'. */
  readonly kind: string;
  readonly importance: number;
  readonly standardError: number | null;
}

/** A text file among a run's artifacts. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Which alerts, and since which round: all that is needed to train the same model again from the store. */
export const trainingIdsFile = (labels: readonly RecordedLabel[]): TextFile => ({
  path: 'training_ids.csv',
  text: csvText(
    ['candid', 'round'],
    labels.map(({ candid, round }) => [candid, round]),
  ),
});

/** The features trained on, a row a label; missing values are empty. */
export const featuresFile = (labels: readonly RecordedLabel[], x: FeatureMatrix): TextFile => {
  const columns = x.names.length;
  return {
    path: 'X_train.csv',
    text: csvText(
      ['candid', ...x.names],
      labels.map(({ candid }, row) => [
        candid,
        ...Array.from(x.values.subarray(row * columns, (row + 1) * columns), realText),
      ]),
    ),
  };
};

/** The classes trained on, in the order of X_train.csv. */
export const classesFile = (labels: readonly RecordedLabel[]): TextFile => ({
  path: 'y_train.csv',
  text: csvText(
    ['candid', 'y'],
    labels.map(({ candid, y }) => [candid, y]),
  ),
});

/** Each label with how its candidate was drawn and what models say of it. */
export const labelsFile = (labels: readonly RecordedLabel[]): TextFile => ({
  path: 'labels.csv',
  text: csvText(
    [
      'candid',
      'object_id',
      'round',
      'answer',
      'y',
      'drawn',
      'q',
      'pool_size',
      'p_before',
      'p_out_of_bag',
      'p_training',
      'labelled_by',
      'labelled_at',
    ],
    labels.map((label) => [
      label.candid,
      label.objectId,
      label.round,
      label.answer,
      label.y,
      label.drawn,
      label.q,
      label.poolSize,
      label.probabilityBefore,
      label.outOfBag,
      label.training,
      label.labelledBy,
      label.labelledAt,
    ]),
  ),
});

/** Sums of the weights of the labels on which the honest accuracy is measured, by truth and prediction. */
export const confusionFile = ({ confusion }: BinaryMetrics): TextFile => ({
  path: 'confusion.csv',
  text: csvText(
    ['truth', 'predicted', 'weight'],
    [
      [1, 1, confusion.truePositive],
      [1, 0, confusion.falseNegative],
      [0, 1, confusion.falsePositive],
      [0, 0, confusion.trueNegative],
    ],
  ),
});

/** Observed frequency against predicted probability of the same labels. */
export const reliabilityFile = ({ reliability }: BinaryMetrics): TextFile => ({
  path: 'reliability.csv',
  text: csvText(
    ['from', 'to', 'n', 'weight', 'mean_probability', 'observed'],
    reliability.map((bin) => [bin.from, bin.to, bin.n, bin.weight, bin.meanProbability, bin.observed]),
  ),
});

/** Most important first; names of features permuted together are joined by +. */
export const importanceFile = (rows: readonly ImportanceRow[]): TextFile => ({
  path: 'importance.csv',
  text: csvText(
    ['features', 'kind', 'importance', 'standard_error'],
    rows
      .toSorted((a, b) => b.importance - a.importance)
      .map((row) => [row.features.join('+'), row.kind, row.importance, row.standardError]),
  ),
});
