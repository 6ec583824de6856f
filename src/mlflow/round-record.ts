import type { RoundEvaluation } from '../pipeline/learning/accuracy/round-evaluation.ts';
import type { FeatureMatrix } from '../pipeline/learning/engines/classifier.ts';
import { selectRows } from '../pipeline/learning/feature-matrix.ts';
import type { MlflowEntry } from './client/log-batches.ts';
import type { ExampleRows } from './onnx/model-folder.ts';
import { numbersOf, roundMetrics, roundNote } from './round-metrics.ts';
import {
  classesFile,
  confusionFile,
  featuresFile,
  type ImportanceRow,
  importanceFile,
  labelsFile,
  type RecordedLabel,
  reliabilityFile,
  type TextFile,
  trainingIdsFile,
} from './round-tables.ts';

export type { ImportanceRow, RecordedLabel, TextFile } from './round-tables.ts';

/** What is known of a round once its model is trained. */
export interface RoundRecordInput {
  /** Name of the MLflow experiment. */
  readonly experiment: string;
  /**
   * Names this round of this store among all that will ever write to the experiment, e.g. the store's id and
   * the round's number; letters, digits and . : / _ - only.
   */
  readonly key: string;
  readonly round: number;
  readonly strategy: string;
  readonly engine: string;
  /** What is told apart, such as 'galactic'. */
  readonly modelType: string;
  /** What class 0 and class 1 mean. */
  readonly classes: readonly [string, string];
  /** Unix time, ms: when the round was opened and when its model was ready. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly evaluation: RoundEvaluation;
  /** Labels trained on, and their features, row by row the same. */
  readonly labels: readonly RecordedLabel[];
  readonly x: FeatureMatrix;
  readonly importance?: readonly ImportanceRow[];
  /** Name under which the model becomes a version in the registry; null: it does not. */
  readonly registeredModel: string | null;
  /** Beside those above: batch sizes, seeds, trees and the like. null and NaN are left out. */
  readonly parameters?: Readonly<Record<string, string | number | boolean | null>>;
  readonly metrics?: Readonly<Record<string, number | null>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** More text files for the run. */
  readonly files?: readonly TextFile[];
}

/** What a round logs, as plain JSON: it can wait in the store until a server takes it. */
export interface RoundRecord {
  readonly experiment: string;
  readonly key: string;
  readonly round: number;
  readonly runName: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Of all metrics: the number of labels. */
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly params: readonly MlflowEntry[];
  readonly tags: readonly MlflowEntry[];
  readonly files: readonly TextFile[];
  readonly registeredModel: string | null;
  readonly classes: readonly [string, string];
  /** The first rows trained on, as an example of what the model takes. */
  readonly example: ExampleRows;
}

/** The tags by which a run is found again. */
export const ROUND_KEY_TAG = 'finkvra.round_key';
export const ROUND_TAG = 'finkvra.round';

/** MLflow's limits. */
const PARAMETER_LENGTH = 6000;
const TAG_LENGTH = 8000;

const EXAMPLE_ROWS = 5;

/**
 * What this round logs. The training ids, features, classes, labels, confusion, reliability and importance
 * are CSV files; candids stay text throughout.
 * @throws RangeError when the input does not fit together or MLflow could not take it
 */
export const roundRecord = (input: RoundRecordInput): RoundRecord => {
  const { labels, x, evaluation, round, strategy } = input;
  if (labels.length !== x.rows)
    throw new RangeError(`${labels.length} labels for ${x.rows} rows of features.`);
  if (!/^[\w.:/-]+$/.test(input.key)) throw new RangeError(`A round's key cannot be ${input.key}.`);
  const honest = evaluation.honest?.metrics;
  return {
    experiment: input.experiment,
    key: input.key,
    round,
    runName: `round_${round}_${strategy}`,
    startedAt: input.startedAt,
    finishedAt: input.finishedAt,
    step: evaluation.labels,
    metrics: { ...roundMetrics(evaluation, input.classes), ...numbersOf(input.metrics ?? {}) },
    params: entries(
      {
        round,
        strategy,
        engine: input.engine,
        model_type: input.modelType,
        features: x.names.join(','),
        ...input.parameters,
      },
      PARAMETER_LENGTH,
    ),
    tags: entries(
      {
        [ROUND_KEY_TAG]: input.key,
        [ROUND_TAG]: round,
        'finkvra.strategy': strategy,
        'finkvra.engine': input.engine,
        'finkvra.model_type': input.modelType,
        'mlflow.source.name': 'finkvra-bot',
        'mlflow.source.type': 'JOB',
        'mlflow.note.content': roundNote(evaluation, input.classes),
        ...input.tags,
      },
      TAG_LENGTH,
    ),
    files: [
      trainingIdsFile(labels),
      featuresFile(labels, x),
      classesFile(labels),
      labelsFile(labels),
      ...(honest === undefined ? [] : [confusionFile(honest), reliabilityFile(honest)]),
      ...(input.importance === undefined ? [] : [importanceFile(input.importance)]),
      { path: 'evaluation.json', text: `${JSON.stringify(evaluation, null, 2)}\n` },
      ...(input.files ?? []),
    ],
    registeredModel: input.registeredModel,
    classes: input.classes,
    example: exampleRows(x),
  };
};

const entries = (
  values: Readonly<Record<string, string | number | boolean | null>>,
  length: number,
): MlflowEntry[] =>
  Object.entries(values).flatMap(([key, value]) => {
    if (value === null || Number.isNaN(value)) return [];
    if (!/^[\w\-. :/]{1,250}$/.test(key)) throw new RangeError(`MLflow takes no name such as ${key}.`);
    const text = String(value);
    return [{ key, value: text.length > length ? `${text.slice(0, length - 3)}...` : text }];
  });

const exampleRows = (x: FeatureMatrix): ExampleRows => {
  const rows = Math.min(EXAMPLE_ROWS, x.rows);
  const { values } = selectRows(
    x,
    Array.from({ length: rows }, (_, row) => row),
  );
  const columns = x.names.length;
  return {
    columns: x.names,
    data: Array.from({ length: rows }, (_, row) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns), (value) =>
        Number.isFinite(value) ? value : null,
      ),
    ),
  };
};
