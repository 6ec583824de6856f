import { fineLabelOf, isAnswer } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { labelsForReference, trainingForReference } from '../../store/rounds/exports.ts';
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

/** The reference's labeled.csv: its own labels as they came in, ours in its words; a skip has none. */
export async function* exportReferenceLabels(db: Db) {
  for (const { candid, objectId, label, at, imported } of await labelsForReference(db)) {
    const word = imported === 1 ? label : isAnswer(label) ? fineLabelOf(label) : null;
    // The reference writes UTC without saying so.
    if (word !== null) yield { candid, objectId, label: word, timestamp: at.replace(/Z$/, '') };
  }
}

/** The reference's training_ids.csv. */
export async function* exportReferenceTraining(db: Db, type: ModelType) {
  yield* await trainingForReference(db, null, type);
}
