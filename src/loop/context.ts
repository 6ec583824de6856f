import type { Logger } from 'pino';
import type { LearningClient } from '../pipeline/learning/learning-client.ts';
import type { Db } from '../store/open-store.ts';

/** What the steps of the daily loop need, passed in. */
export interface LoopContext {
  readonly db: Db;
  readonly learning: LearningClient;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly rounds: { readonly firstSize: number; readonly size: number };
  readonly engine: string;
  readonly seed: number;
}
