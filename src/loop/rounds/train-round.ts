import { roundWork } from '../../mlflow/round-jobs.ts';
import { toFeatureMatrix } from '../../pipeline/features/feature-frame.ts';
import { featureNames } from '../../pipeline/features/feature-table.ts';
import { DEFAULT_DECISION } from '../../pipeline/learning/accuracy/decision.ts';
import { roundCalibration, scaledProbability } from '../../pipeline/learning/accuracy/platt-scaling.ts';
import { evaluateRound } from '../../pipeline/learning/accuracy/round-evaluation.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { countLabels, type TrainingLabel, trainingLabels } from '../../store/answers/labels.ts';
import { readPool } from '../../store/intake/pool.ts';
import { latestModel } from '../../store/rounds/models.ts';
import { allRounds, candidatesOf } from '../../store/rounds/rounds.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
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
import { featureMatrixOf, tableOfLabels, whyUntrainable } from './training-table.ts';

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

/** Trains in the worker on all labels and has it score the pool, which is read as the model before saw it. */
const trainModel = async (context: LoopContext, { round, labels }: Material) => {
  const { db, learning, engine, features, others, log } = context;
  const previous = (await latestModel(db, round.model_type, features))?.id ?? null;
  const poolBefore = await readPool(db, previous);
  const candids = poolBefore.map(({ candid }) => candid);
  const seed = context.seed + round.number;
  const result = await learning.train({
    engine,
    seed,
    ...tableOfLabels(labels, features),
    importance: true,
    ...(others === null ? {} : { others }),
    ...(candids.length === 0 ? {} : { pool: await featureMatrixOf(db, candids, featureNames(features)) }),
  });
  for (const warning of result.warnings) log.warn({ round: round.number }, warning);
  const scores = candids.map((candid, index) => ({ candid, p: result.pool?.[index] ?? Number.NaN }));
  return { seed, previous, poolBefore, result, scores };
};

/**
 * Trains on all labels that have a class for what the round asked, in the worker thread, evaluates, and
 * closes the round with its model, scores and report in one transaction. A training that was cut off leaves
 * nothing behind and is simply done again; the same labels and seed give the same model. Returns null when
 * another process closed the round first.
 */
export const trainRound = async (context: LoopContext, round: RoundRow): Promise<RoundReport | null> => {
  const { db, clock, engine, features, tracking } = context;
  const type = round.model_type;
  const material = await gather(context, round);
  const { labels, skipped, previousAccuracy } = material;
  // Others' labels are of both classes: with them any labels will do.
  const untrained = context.others === null ? whyUntrainable(labels, type) : null;
  if (untrained !== null)
    return closeRound(context, round, reportWithoutModel(material, untrained, engine), null);

  const started = performance.now();
  const { seed, previous, poolBefore, result, scores } = await trainModel(context, material);
  const roundNumbers = new Map((await allRounds(db)).map(({ id, number }) => [id, number]));
  const drawn = howDrawn(material, roundNumbers);
  const before = await judgeOf(context, round);
  const { outOfBag, training, pool } = result;
  const evaluation = evaluateRound({
    labels: drawn,
    outOfBag,
    training,
    decision: context.decision ?? DEFAULT_DECISION,
    thresholdBefore: before.threshold,
    ...(pool === null ? {} : { pool }),
  });
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
    ...(await agreementWithLast(context, type, { poolBefore, pool, previous, threshold })),
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
  return closeRound(context, round, report, { row, work, scores });
};
