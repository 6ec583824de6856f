import type { Logger } from 'pino';
import type { LoggedRoundInfo } from '../mlflow/last-round.ts';
import type { TrackingTarget } from '../mlflow/round-jobs.ts';
import type { FeatureSet } from '../pipeline/features/feature-table.ts';
import type { DecisionRule } from '../pipeline/learning/accuracy/decision.ts';
import type { ModelType } from '../pipeline/learning/label-maps.ts';
import type { LearningClient } from '../pipeline/learning/learning-client.ts';
import type { LabelledRows, StartKind } from '../pipeline/learning/others-labels.ts';
import type { StrategyName } from '../pipeline/learning/strategies/run-strategy.ts';
import type { Db } from '../store/open-store.ts';
import type { Hints } from './answers/hints.ts';

/** What the steps of the daily loop need, passed in. */
export interface LoopContext {
  readonly db: Db;
  readonly learning: LearningClient;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly rounds: {
    readonly firstSize: number;
    readonly size: number;
    /** How rounds are chosen once there is a model. */
    readonly strategy: StrategyName;
    /** People asked about each candidate. */
    readonly answersPerCandidate: number;
    /** When people see what the model thinks; `after` without it. */
    readonly hints?: Hints;
    /** Where the cards go: into the channel, or into the header's thread. */
    readonly layout: 'channel' | 'thread';
  };
  /** What new rounds ask, and their models tell apart. */
  readonly modelType: ModelType;
  /** The columns that models are trained on; one that was trained on another set's is not used. */
  readonly features: FeatureSet;
  /** What trains a model before the first round: nothing, the labels there are, or others' labels too. */
  readonly start: StartKind;
  /** Those others' labels, in the columns of `features`; null unless `start` is 'starter'. */
  readonly others: LabelledRows | null;
  /** How a probability becomes a class, in reports and what follows from them. */
  readonly decision?: DecisionRule;
  readonly engine: string;
  /** Where rounds are logged; null without an MLflow server. */
  readonly tracking: TrackingTarget | null;
  /** The last finished round of that experiment, whichever store logged it; asked before a store's first round. */
  readonly lastLoggedRound?: (signal: AbortSignal) => Promise<LoggedRoundInfo | null>;
  readonly seed: number;
  /** Aborted when the service ends: threads that read the pool are ended with it. */
  readonly signal?: AbortSignal;
}
