import type { Db } from '../../store/open-store.ts';
import { allRounds, candidatesOf } from '../../store/rounds/rounds.ts';
import { parseRoundReport } from './round-report.ts';

/** One row a round, with its figures in columns. */
export async function* exportRounds(db: Db) {
  for (const round of await allRounds(db)) {
    const candidates = await candidatesOf(db, round.id);
    const report = round.report === null ? null : parseRoundReport(round.report);
    yield {
      round: round.number,
      state: round.state,
      strategy: round.strategy,
      model_type: round.model_type,
      seed: round.seed,
      pool_size: round.pool_size,
      candidates: candidates.length,
      labelled: candidates.filter(({ state }) => state === 'labelled').length,
      skipped: candidates.filter(({ state }) => state === 'skipped').length,
      opened_at: round.opened_at,
      closed_at: round.closed_at,
      labels: report?.labels ?? null,
      positive: report?.positive ?? null,
      negative: report?.negative ?? null,
      accuracy: report?.honest?.accuracy ?? null,
      accuracy_low: report?.honest?.low ?? null,
      accuracy_high: report?.honest?.high ?? null,
      accuracy_measured_on: report?.honest?.n ?? null,
      majority_rate: report?.honest?.majorityRate ?? null,
      training_accuracy: report?.trainingAccuracy ?? null,
      agreed_before: report?.before?.agreed ?? null,
      asked_before: report?.before?.n ?? null,
    };
  }
}
