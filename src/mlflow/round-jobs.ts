import type { RoundEvaluation } from '../pipeline/learning/accuracy/round-evaluation.ts';
import { fineLabelOf } from '../pipeline/learning/answers.ts';
import type { FeatureMatrix } from '../pipeline/learning/engines/classifier.ts';
import { LABEL_MAPS, type ModelType } from '../pipeline/learning/label-maps.ts';
import type { TrainResult } from '../pipeline/learning/learning-job.ts';
import type { TrainingLabel } from '../store/answers/labels.ts';
import type { Db } from '../store/open-store.ts';
import {
  finishTrackingJob,
  insertAliasJob,
  nextTrackingJob,
  postponeTrackingJob,
} from '../store/rounds/tracking.ts';
import type { RoundRow } from '../store/schema.ts';
import { roundRecord } from './round-record.ts';
import type { TrackingStore } from './tracking-queue.ts';
import { writeTrackingWork } from './tracking-work.ts';

/** Where rounds are logged; null in the loop's context when no MLflow server is configured. */
export interface TrackingTarget {
  readonly experiment: string;
  /** Name in the registry; null: `finkvra-` and the model type. */
  readonly registeredModel: string | null;
  readonly storeId: string;
}

const registeredNameOf = ({ registeredModel }: TrackingTarget, type: ModelType): string =>
  registeredModel ?? `finkvra-${type}`;

/** A trained round as it is logged to MLflow: text that waits in the store until a server takes it. */
export const roundWork = (
  target: TrackingTarget,
  round: RoundRow,
  trained: {
    readonly engine: string;
    readonly seed: number;
    readonly labels: readonly TrainingLabel[];
    readonly roundNumbers: ReadonlyMap<number, number>;
    readonly x: FeatureMatrix;
    readonly result: TrainResult;
    readonly evaluation: RoundEvaluation;
    readonly finishedAt: Date;
  },
): string =>
  writeTrackingWork({
    kind: 'round',
    record: roundRecord({
      experiment: target.experiment,
      key: `${target.storeId}:${round.number}`,
      round: round.number,
      strategy: round.strategy,
      engine: trained.engine,
      modelType: round.model_type,
      classes: [LABEL_MAPS[round.model_type].negative, LABEL_MAPS[round.model_type].positive],
      startedAt: Date.parse(round.opened_at),
      finishedAt: trained.finishedAt.getTime(),
      evaluation: trained.evaluation,
      labels: trained.labels.map((label, i) => ({
        candid: label.candid,
        objectId: label.objectId,
        round: trained.roundNumbers.get(label.roundId ?? -1) ?? 0,
        answer: fineLabelOf(label.answer) ?? label.answer,
        labelledBy: label.userName,
        labelledAt: label.at,
        y: label.y,
        drawn: label.drawn ?? 'uncertainty',
        q: label.q,
        poolSize: label.poolSize ?? 0,
        probabilityBefore: label.pBefore,
        outOfBag: trained.result.outOfBag[i] ?? Number.NaN,
        training: trained.result.training[i] ?? Number.NaN,
      })),
      x: trained.x,
      importance: (trained.result.importance ?? []).map(({ features, drop, standardError }) => ({
        features: [...features],
        kind: 'permutation',
        importance: drop,
        standardError,
      })),
      registeredModel: registeredNameOf(target, round.model_type),
      parameters: {
        seed: trained.seed,
        round_size: round.size,
        pool_size: round.pool_size,
        decision: trained.evaluation.decision.rule,
        decision_threshold: trained.evaluation.decision.threshold,
      },
    }),
  });

const CHAMPION = 'champion';

/** Has MLflow's registry call this round's model the champion. */
export const wantChampionAlias = (
  db: Db,
  target: TrackingTarget,
  { type, round }: { readonly type: ModelType; readonly round: number },
  at: string,
): Promise<void> => {
  const registeredModel = registeredNameOf(target, type);
  return insertAliasJob(db, {
    alias: `${registeredModel}@${CHAMPION}`,
    work: writeTrackingWork({
      kind: 'alias',
      experiment: target.experiment,
      roundKey: `${target.storeId}:${round}`,
      registeredModel,
      alias: CHAMPION,
    }),
    at,
  });
};

/** The queue's view of the store. */
export const trackingStore = (db: Db): TrackingStore => {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    nextDue: (now) => nextTrackingJob(db, iso(now)),
    markDone: (id, { at, runId, modelVersion }) =>
      finishTrackingJob(db, id, { at: iso(at), runId, modelVersion }),
    saveFailure: (id, { retryAt, reason }) => postponeTrackingJob(db, id, { retryAt: iso(retryAt), reason }),
  };
};
