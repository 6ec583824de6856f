import { fineLabelOf, isAnswer } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { candidateRows, labelsForReference, trainingForReference } from '../../store/rounds/exports.ts';
import { allRounds, candidatesOf } from '../../store/rounds/rounds.ts';
import { freezeRound } from '../reports/freeze-round.ts';
import type { FrozenRound } from '../reports/frozen-round.ts';
import { frozenOf, parseRoundReport } from './round-report.ts';

/** One row a round, with its figures in columns. */
export async function* exportRounds(db: Db) {
  for (const round of await allRounds(db)) {
    const candidates = await candidatesOf(db, round.id);
    const report = round.report === null ? null : parseRoundReport(round.report);
    const progress = report?.frozen?.progress;
    yield {
      round: round.number,
      state: round.state,
      strategy: round.strategy,
      model_type: round.model_type,
      seed: round.seed,
      pool_size: round.pool_size,
      candidates: candidates.length,
      labelled: progress?.labelled ?? candidates.filter(({ state }) => state === 'labelled').length,
      skipped: progress?.skipped ?? candidates.filter(({ state }) => state === 'skipped').length,
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
      balanced_accuracy: report?.honest?.balancedAccuracy ?? null,
      roc_auc: report?.honest?.rocAuc ?? null,
      decision: report?.decision?.rule ?? null,
      threshold: report?.decision?.threshold ?? null,
      training_accuracy: report?.trainingAccuracy ?? null,
      agreed_before: report?.before?.agreed ?? null,
      asked_before: report?.before?.n ?? null,
    };
  }
}

/**
 * Every alert that people were asked about, with the probability shown to them and the class predicted by the
 * model that chose it (by DECISION). For a closed round, as they were when it closed.
 */
export async function* exportCandidates(db: Db) {
  const rounds = new Map<number, Map<number, FrozenRound['candidates'][number]>>();
  for (const round of await allRounds(db)) {
    const { candidates } = frozenOf(round) ?? (await freezeRound(db, round, 1));
    rounds.set(round.number, new Map(candidates.map((one) => [one.id, one])));
  }
  for await (const row of candidateRows(db)) {
    const said = rounds.get(row.round)?.get(row.id);
    yield { ...row, p_shown: said?.p ?? null, predicted: said?.predicted ?? null };
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
