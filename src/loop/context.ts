import type { Logger } from 'pino';
import type { LearningClient } from '../pipeline/learning/learning-client.ts';
import type { StrategyName } from '../pipeline/learning/select-candidates.ts';
import type { Db } from '../store/open-store.ts';
import type { TrackingTarget } from './tracking.ts';

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
    /** People asked about each candidate; 1 without it. */
    readonly answersPerCandidate?: number;
    /** Where the cards go: into the channel, or into the header's thread. */
    readonly layout?: 'channel' | 'thread';
  };
  readonly engine: string;
  /** Where rounds are logged; null without an MLflow server. */
  readonly tracking: TrackingTarget | null;
  readonly seed: number;
}
