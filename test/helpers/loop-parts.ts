import { pino } from 'pino';
import type { LoopContext } from '../../src/loop/context.ts';
import { openRound } from '../../src/loop/rounds/open-round.ts';
import type { Alert } from '../../src/pipeline/alert.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { createLearningClient } from '../../src/pipeline/learning/learning-client.ts';
import { keepAlerts } from '../../src/store/intake/alerts.ts';
import { beginPull } from '../../src/store/intake/pulls.ts';
import { type Db, inTransaction } from '../../src/store/open-store.ts';
import type { RoundRow } from '../../src/store/schema.ts';

/** What the steps of the daily loop need, with small rounds and nothing outside; close its `learning` in the end. */
export const loopContext = (db: Db, over: Partial<LoopContext> = {}): LoopContext => ({
  db,
  learning: createLearningClient(),
  clock: () => new Date(),
  log: pino({ level: 'silent' }),
  rounds: { firstSize: 6, size: 3, strategy: 'uncertainty', answersPerCandidate: 1, layout: 'channel' },
  modelType: 'galactic',
  features: 'context',
  start: 'labels',
  others: null,
  engine: 'extra-trees',
  tracking: null,
  seed: 1,
  ...over,
});

/** Keeps alerts with their features, as a pull does. */
export const storeAlerts = async (db: Db, alerts: readonly Alert[], at: string): Promise<void> => {
  const pull = await beginPull(db, 'a test', at);
  const rows = alerts.map((alert) => ({ alert, features: alertFeatures(alert) }));
  await inTransaction(db, (trx) => keepAlerts(trx, rows, pull, at));
};

/** Opens the next round. @throws Error where none can be opened, with why */
export const openedRound = async (context: LoopContext): Promise<RoundRow> => {
  const result = await openRound(context);
  if (result.kind !== 'opened') throw new Error(result.kind);
  return result.round;
};
