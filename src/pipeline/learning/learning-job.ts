import type { OnProgress } from '../../lib/worker.ts';
import { type PermutationImportance, permutationImportance } from './accuracy/permutation-importance.ts';
import type { FeatureMatrix, SavedModel } from './engines/classifier.ts';
import { createEngine, loadModel } from './engines/engines.ts';
import { type Reason, strongestReasons } from './engines/explanation.ts';
import { fitWithOthers, type LabelledRows } from './others-labels.ts';

/** Trains a model and scores the given rows with it. */
export interface TrainJob {
  readonly engine: string;
  readonly seed: number;
  readonly x: FeatureMatrix;
  /** 1 or 0 for each row of `x`. */
  readonly y: Uint8Array;
  /** The objectId of each row of `x`. */
  readonly groups: readonly string[];
  /** Labels of others beside them, with the same columns; see `fitWithOthers`. */
  readonly others?: LabelledRows;
  /** Measure the permutation importance as well: takes longer than the training. */
  readonly importance?: boolean;
}

export interface TrainResult {
  readonly model: SavedModel;
  /** See `Fit.outOfBag`. */
  readonly outOfBag: Float64Array;
  /** P(class 1) of the training rows by the whole model. */
  readonly training: Float64Array;
  /** Largest drop first; null when it was not asked for, or cannot be measured on these labels. */
  readonly importance: readonly PermutationImportance[] | null;
  /** Each feature's share in the gain of all splits; null where the engine does not measure it. */
  readonly gains: Float64Array | null;
  readonly warnings: readonly string[];
}

export interface ExplainJob {
  readonly model: SavedModel;
  readonly x: FeatureMatrix;
  /** Reasons for each row, 3 without it. */
  readonly count?: number;
}

export const runTrainJob = (job: TrainJob, onProgress: OnProgress): TrainResult => {
  const { seed, groups, others } = job;
  const engine = createEngine(job.engine);
  const fit = others
    ? fitWithOthers(engine, job, others, { seed, onProgress })
    : engine.fit(job.x, job.y, { seed, groups, onProgress });
  return {
    model: fit.model.save(),
    outOfBag: fit.outOfBag,
    training: fit.model.predict(job.x),
    importance:
      job.importance === true && hasBothClasses(job.y, fit.outOfBag)
        ? permutationImportance(fit, job.x, job.y, { seed, groups })
        : null,
    gains: fit.gains,
    warnings: fit.warnings,
  };
};

/** Whether rows of both classes have an out-of-bag prediction: without, there is no AUC to drop. */
const hasBothClasses = (y: Uint8Array, outOfBag: Float64Array): boolean =>
  [0, 1].every((label) => y.some((one, i) => one === label && !Number.isNaN(outOfBag[i])));

/** What pushed each row's probability most. */
export const runExplainJob = ({ model, x, count }: ExplainJob): Reason[][] =>
  strongestReasons(loadModel(model), x, count);
