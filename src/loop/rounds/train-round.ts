import { messageOf } from '../../lib/errors.ts';
import { roundWork } from '../../mlflow/round-jobs.ts';
import { toFeatureMatrix } from '../../pipeline/features/feature-frame.ts';
import { featureNames } from '../../pipeline/features/feature-table.ts';
import { DEFAULT_DECISION } from '../../pipeline/learning/accuracy/decision.ts';
import { roundCalibration, scaledProbability } from '../../pipeline/learning/accuracy/platt-scaling.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { countLabels, type TrainingLabel, trainingLabels } from '../../store/answers/labels.ts';
import { latestModel } from '../../store/rounds/models.ts';
import { allRounds, candidatesOf } from '../../store/rounds/rounds.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import { runOnPool } from '../pool/pool-client.ts';
import type { PoolScores } from '../pool/pool-jobs.ts';
import {
  agreementWithLast,
  blindIn,
  hardestOf,
  judgeOf,
  lastAccuracy,
  surpriseOf,
} from '../reports/round-figures.ts';
import { closeRound } from './close-round.ts';
import { type RoundReport, reportFromEvaluation } from './round-report.ts';
import { tableOfLabels, whyUntrainable } from './training-table.ts';

/** What a training starts from. */
interface Material {
  readonly round: RoundRow;
  /** All labels that have a class for what the round asked. */
  readonly labels: readonly TrainingLabel[];
  /** Of all labels so far, the share without a class. */
  readonly withoutClass: number;
  /** Candidates of the round that were left without a class. */
  readonly skipped: number;
  readonly previousAccuracy: number | null;
  /** Alerts of the round whose answers were given by people who could not see what the model thinks. */
  readonly blind: ReadonlySet<string>;
}

/** Of the objects that were asked about so far, the share that people left without a class. */
const shareWithoutClass = async ({ db }: LoopContext, type: ModelType): Promise<number> => {
  const { positive, negative, withoutClass } = await countLabels(db, type);
  const all = positive + negative + withoutClass;
  return all === 0 ? 0 : withoutClass / all;
};

const gather = async (context: LoopContext, round: RoundRow): Promise<Material> => ({
  round,
  withoutClass: await shareWithoutClass(context, round.model_type),
  labels: await trainingLabels(context.db, round.model_type),
  skipped: (await candidatesOf(context.db, round.id)).filter(({ state }) => state === 'skipped').length,
  previousAccuracy: await lastAccuracy(context, round.model_type),
  blind: await blindIn(context, round),
});

/** The report of a round after which there is no new model, and why. */
const reportWithoutModel = (
  { labels, skipped, previousAccuracy }: Material,
  untrained: string,
  engine: string,
): RoundReport => {
  const positive = labels.filter(({ y }) => y === 1).length;
  return {
    labels: labels.length,
    positive,
    negative: labels.length - positive,
    skipped,
    untrained,
    engine,
    seconds: 0,
    honest: null,
    trainingAccuracy: null,
    before: null,
    previousAccuracy,
  };
};

/** How each label's object came to be asked about, for what its label says of all objects. */
const howDrawn = ({ labels, blind }: Material, roundNumbers: ReadonlyMap<number, number>) =>
  labels.map((label) => ({
    y: label.y,
    objectId: label.objectId,
    round: roundNumbers.get(label.roundId ?? -1) ?? 0,
    drawn: label.drawn ?? ('uncertainty' as const),
    q: label.q,
    poolSize: label.poolSize ?? 0,
    probabilityBefore: label.pBefore,
    blind: blind.has(label.candid),
  }));

/** Trains in the worker on all labels. */
const trainModel = async (context: LoopContext, { round, labels }: Material) => {
  const { learning, engine, features, others, log } = context;
  const seed = context.seed + round.number;
  const result = await learning.train({
    engine,
    seed,
    ...tableOfLabels(labels, features),
    importance: true,
    ...(others === null ? {} : { others }),
  });
  for (const warning of result.warnings) log.warn({ round: round.number }, warning);
  return { seed, result };
};

/** Has the model's scores of the pool kept; those of the model before hold until then. */
const keepPoolScores = async (
  { db, log, signal }: LoopContext,
  round: RoundRow,
  modelId: number,
  scores: PoolScores,
): Promise<void> => {
  try {
    await runOnPool(db, { kind: 'keep', modelId, scores }, { signal });
  } catch (error) {
    if (signal?.aborted === true) return;
    log.warn(
      { round: round.number, error: messageOf(error) },
      'not all scores of the pool were kept: the rest is worked out when the next round is drawn',
    );
  }
};

/**
 * Trains on all labels that have a class for what the round asked, in the worker thread, has the pool scored in
 * another, evaluates, and closes the round with its model and report in one transaction. An interrupted training
 * leaves nothing behind and is repeated; the same labels and seed give the same model. The scores are stored
 * afterwards, in many short transactions; any that a crash left out are computed by the next round's draw.
 * @param onClosed called when the round is closed, before its scores are kept
 * @returns null when another process closed the round first
 */
export const trainRound = async (
  context: LoopContext,
  round: RoundRow,
  onClosed: (report: RoundReport) => void = () => undefined,
): Promise<RoundReport | null> => {
  const { db, clock, engine, features, tracking, signal } = context;
  const type = round.model_type;
  const material = await gather(context, round);
  const { labels, skipped, previousAccuracy } = material;
  // The starting set has both classes, so any labels of our own will do.
  const untrained = context.others === null ? whyUntrainable(labels, type) : null;
  if (untrained !== null) {
    const closed = await closeRound(context, round, reportWithoutModel(material, untrained, engine), null);
    if (closed !== null) onClosed(closed.report);
    return closed?.report ?? null;
  }

  const started = performance.now();
  const previous = (await latestModel(db, type, features))?.id ?? null;
  const { seed, result } = await trainModel(context, material);
  const roundNumbers = new Map((await allRounds(db)).map(({ id, number }) => [id, number]));
  const drawn = howDrawn(material, roundNumbers);
  const before = await judgeOf(context, round);
  const { outOfBag, training } = result;
  const decision = context.decision ?? DEFAULT_DECISION;
  const scored = await runOnPool(
    db,
    {
      kind: 'score',
      model: result.model,
      evaluation: { labels: drawn, outOfBag, training, decision, thresholdBefore: before.threshold },
      previous,
      seed: context.seed,
    },
    { signal },
  );
  const { evaluation } = scored;
  const calibration = roundCalibration(drawn, outOfBag);
  const readable = (p: number): number => (calibration === null ? p : scaledProbability(calibration, p));
  const { threshold } = evaluation.decision;
  const finishedAt = clock();
  // The features are put together again: the table that was trained on belongs to the worker now.
  const made = {
    engine,
    seed,
    labels,
    roundNumbers,
    x: toFeatureMatrix(labels, featureNames(features)),
    result,
    evaluation,
    finishedAt,
  };
  const work = tracking === null ? null : roundWork(tracking, round, made);
  const report = reportFromEvaluation(evaluation, {
    skipped,
    engine,
    withoutClass: material.withoutClass,
    others: context.others?.y.length ?? 0,
    seconds: (performance.now() - started) / 1000,
    previousAccuracy,
    importance: result.importance?.map((one) => ({ ...one, features: [...one.features] })) ?? null,
    surprise: surpriseOf(material, before),
    ...(await agreementWithLast(context, type, { ...scored, previous, threshold })),
    hardest: hardestOf(labels, outOfBag, { roundId: round.id, before, after: { threshold, readable } }),
  });
  const row = {
    round_id: round.id,
    model_type: type,
    engine,
    seed,
    labels: labels.length,
    saved: JSON.stringify(result.model),
    trained_at: finishedAt.toISOString(),
    promoted_at: null,
    calibration: calibration === null ? null : JSON.stringify(calibration),
    feature_set: features,
    threshold,
  };
  const closed = await closeRound(context, round, report, { row, work });
  if (closed === null) return null;
  onClosed(report);
  if (closed.modelId !== null) await keepPoolScores(context, round, closed.modelId, scored.scores);
  return report;
};
