import { roundWork } from '../../mlflow/round-jobs.ts';
import { toFeatureMatrix } from '../../pipeline/features/feature-frame.ts';
import { roundCalibration } from '../../pipeline/learning/accuracy/platt-scaling.ts';
import { evaluateRound } from '../../pipeline/learning/accuracy/round-evaluation.ts';
import { modelsKappa, stopAdvised, stopSet } from '../../pipeline/learning/accuracy/stop-rule.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { type TrainingLabel, trainingLabels } from '../../store/answers/labels.ts';
import { wantMessage, wantRedraw } from '../../store/chat/messages.ts';
import { type PoolRow, readPool } from '../../store/intake/pool.ts';
import { inTransaction } from '../../store/open-store.ts';
import { insertModel, latestModel } from '../../store/rounds/models.ts';
import { allRounds, candidatesOf, closedRounds, closeRound } from '../../store/rounds/rounds.ts';
import { keepScores } from '../../store/rounds/scores.ts';
import { insertTrackingJob } from '../../store/rounds/tracking.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import { headerKey, promotionKey, reportKey } from '../round-messages.ts';
import { promoteIfSound } from './promote.ts';
import { parseRoundReport, type RoundReport, reportFromEvaluation } from './round-report.ts';
import { featureMatrixOf, tableOfLabels, whyUntrainable } from './training-table.ts';

/** The label of the round that was furthest from what was expected of it; null where nothing was. */
const hardestOf = (
  labels: readonly TrainingLabel[],
  outOfBag: ArrayLike<number>,
  roundId: number,
): RoundReport['hardest'] => {
  let hardest: NonNullable<RoundReport['hardest']> | null = null;
  let most = 0.5;
  for (const [index, label] of labels.entries()) {
    const p = label.pBefore ?? outOfBag[index] ?? Number.NaN;
    const distance = Math.abs(label.y - p);
    if (label.roundId !== roundId || !(distance > most)) continue;
    most = distance;
    hardest = { objectId: label.objectId, candid: label.candid, positive: label.y === 1, p };
  }
  return hardest;
};

const lastAccuracy = async ({ db }: LoopContext, type: ModelType): Promise<number | null> => {
  const reports = (await closedRounds(db, type)).flatMap(({ report }) =>
    report === null ? [] : [parseRoundReport(report)],
  );
  return reports.findLast(({ honest }) => honest !== null)?.honest?.accuracy ?? null;
};

/**
 * Trains on all labels that have a class for what the round asked, in the worker thread, evaluates, and
 * closes the round with its model, scores and report in one transaction. A training that was cut off leaves
 * nothing behind and is simply done again; the same labels and seed give the same model. Returns null when
 * another process closed the round first.
 */
export const trainRound = async (context: LoopContext, round: RoundRow): Promise<RoundReport | null> => {
  const { db, learning, clock, log, engine } = context;
  const type = round.model_type;
  const labels = await trainingLabels(db, type);
  const skipped = (await candidatesOf(db, round.id)).filter(({ state }) => state === 'skipped').length;
  const previousAccuracy = await lastAccuracy(context, type);
  const untrained = whyUntrainable(labels, type);
  const started = performance.now();

  if (untrained !== null) {
    const positive = labels.filter(({ y }) => y === 1).length;
    const report: RoundReport = {
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
    return close(context, round, report, null);
  }

  const previous = (await latestModel(db, type))?.id ?? null;
  const poolBefore = await readPool(db, previous);
  const pool = poolBefore.map(({ candid }) => candid);
  const seed = context.seed + round.number;
  const result = await learning.train({
    engine,
    seed,
    ...tableOfLabels(labels),
    importance: true,
    ...(pool.length === 0 ? {} : { pool: await featureMatrixOf(db, pool) }),
  });
  for (const warning of result.warnings) log.warn({ round: round.number }, warning);

  const rounds = new Map((await allRounds(db)).map((row) => [row.id, row]));
  const drawn = labels.map((label) => ({
    y: label.y,
    objectId: label.objectId,
    round: rounds.get(label.roundId ?? -1)?.number ?? 0,
    drawn: label.drawn ?? 'uncertainty',
    q: label.q,
    poolSize: label.poolSize ?? 0,
    probabilityBefore: label.pBefore,
  }));
  const { outOfBag, training } = result;
  const evaluation = evaluateRound({
    labels: drawn,
    outOfBag,
    training,
    ...(result.pool === null ? {} : { pool: result.pool }),
  });
  const calibration = roundCalibration(drawn, outOfBag);
  const finishedAt = clock();
  const work =
    context.tracking === null
      ? null
      : roundWork(context.tracking, round, {
          engine,
          seed,
          labels,
          roundNumbers: new Map([...rounds].map(([id, { number }]) => [id, number])),
          // Built again: the one that was trained on belongs to the worker now.
          x: toFeatureMatrix(labels),
          result,
          evaluation,
          finishedAt,
        });
  const report = reportFromEvaluation(evaluation, {
    skipped,
    engine,
    seconds: (performance.now() - started) / 1000,
    previousAccuracy,
    importance: result.importance?.map((one) => ({ ...one, features: [...one.features] })) ?? null,
    ...(await agreementWithLast(context, type, poolBefore, result.pool)),
    hardest: hardestOf(labels, result.outOfBag, round.id),
  });
  return close(context, round, report, {
    row: {
      round_id: round.id,
      model_type: type,
      engine,
      seed,
      labels: labels.length,
      saved: JSON.stringify(result.model),
      trained_at: finishedAt.toISOString(),
      promoted_at: null,
      calibration: calibration === null ? null : JSON.stringify(calibration),
    },
    work,
    scores: pool.map((candid, index) => ({ candid, p: result.pool?.[index] ?? Number.NaN })),
  });
};

/**
 * How far this model agrees with the one before on a fixed random part of the objects without a label, and
 * whether it has agreed so well for so long that more labels would change little.
 */
const agreementWithLast = async (
  { db, seed }: LoopContext,
  type: ModelType,
  poolBefore: readonly PoolRow[],
  after: Float64Array | null,
): Promise<Pick<RoundReport, 'kappa' | 'stopAdvised'>> => {
  const both = poolBefore.flatMap(({ candid, p }, i) =>
    p === null || after === null ? [] : [[candid, { before: p, after: after[i] ?? Number.NaN }] as const],
  );
  const scores = new Map(both);
  const compared = stopSet([...scores.keys()], seed).flatMap((candid) => scores.get(candid) ?? []);
  const kappa = modelsKappa(
    compared.map((score) => score.before),
    compared.map((score) => score.after),
  );
  const earlier = (await closedRounds(db, type)).flatMap(({ report }) =>
    report === null ? [] : [parseRoundReport(report).kappa ?? null],
  );
  return { kappa, stopAdvised: stopAdvised([...earlier, kappa]) };
};

interface NewModel {
  readonly row: Parameters<typeof insertModel>[1];
  readonly scores: Parameters<typeof keepScores>[2];
  /** What is to be logged to MLflow; null without a server. */
  readonly work: string | null;
}

const close = (
  { db, clock, tracking, log }: LoopContext,
  round: RoundRow,
  report: RoundReport,
  model: NewModel | null,
) =>
  inTransaction(db, async (trx) => {
    const at = clock().toISOString();
    if (!(await closeRound(trx, round.id, JSON.stringify(report), at))) return null;
    if (model !== null) {
      const id = await insertModel(trx, model.row);
      await keepScores(trx, id, model.scores);
      if (model.work !== null) await insertTrackingJob(trx, { modelId: id, work: model.work, at });
      // After the round's own job: the alias needs the version that it makes.
      const promoted = await promoteIfSound(
        trx,
        { id, type: round.model_type, round: round.number, report },
        tracking,
        at,
      );
      if (!promoted) {
        log.warn({ round: round.number }, 'the model did worse than noise explains: the channel is asked');
        await wantMessage(trx, { key: promotionKey(round.id), kind: 'promotion', roundId: round.id, at });
      }
    }
    await wantMessage(trx, { key: reportKey(round.id), kind: 'report', roundId: round.id, at });
    await wantRedraw(trx, [headerKey(round.id)]);
    return report;
  });
