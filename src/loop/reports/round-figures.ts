import { batchSurprise } from '../../pipeline/learning/accuracy/batch-surprise.ts';
import { predictedClass } from '../../pipeline/learning/accuracy/decision.ts';
import { modelsKappa, stopAdvised } from '../../pipeline/learning/accuracy/stop-rule.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { TrainingLabel } from '../../store/answers/labels.ts';
import { closedRounds } from '../../store/rounds/rounds.ts';
import type { RoundRow } from '../../store/schema.ts';
import { isBlind, readRoundVotes } from '../answers/round-votes.ts';
import type { LoopContext } from '../context.ts';
import { calibratedProbability, decisionThresholdOf } from '../rounds/read-model.ts';
import { parseRoundReport, type RoundReport } from '../rounds/round-report.ts';

/** How a model decides, and how people are told its probabilities. */
export interface Judge {
  readonly threshold: number;
  readonly readable: (p: number) => number;
}

/** Of the labels that a model got wrong, that of the round which was furthest off; null where there is none. */
export const hardestOf = (
  labels: readonly TrainingLabel[],
  outOfBag: ArrayLike<number>,
  { roundId, before, after }: { readonly roundId: number; readonly before: Judge; readonly after: Judge },
): RoundReport['hardest'] => {
  let hardest: NonNullable<RoundReport['hardest']> | null = null;
  let most = 0;
  for (const [index, { pBefore, y, ...label }] of labels.entries()) {
    const p = pBefore ?? outOfBag[index] ?? Number.NaN;
    const { threshold, readable } = pBefore === null ? after : before;
    const told = readable(p);
    const distance = Math.abs(y - told);
    const wrong = !Number.isNaN(p) && predictedClass(p, threshold) !== y;
    if (label.roundId !== roundId || !wrong || distance <= most) continue;
    most = distance;
    const { objectId, candid } = label;
    hardest = { objectId, candid, positive: y === 1, p: told, unseen: pBefore === null };
  }
  return hardest;
};

/** The last honest accuracy of a model of this type; null before the first. */
export const lastAccuracy = async ({ db }: LoopContext, type: ModelType): Promise<number | null> => {
  const reports = (await closedRounds(db, type)).flatMap(({ report }) =>
    report === null ? [] : [parseRoundReport(report)],
  );
  return reports.findLast(({ honest }) => honest !== null)?.honest?.accuracy ?? null;
};

/** What two models think of the objects without a label. */
interface Compared {
  /** P(class 1) of a fixed random part of them by the model before; its id. */
  readonly before: readonly number[];
  readonly previous: number | null;
  /** P(class 1) of the same by the new model, and from which on it takes one for class 1. */
  readonly after: readonly number[];
  readonly threshold: number;
}

/**
 * Agreement of this model with the one before on a fixed random sample of objects without a label; and whether
 * the agreement has been so good for so long that more labels would change little.
 */
export const agreementWithLast = async (
  { db }: LoopContext,
  type: ModelType,
  { before, after, previous, threshold }: Compared,
): Promise<Pick<RoundReport, 'kappa' | 'stopAdvised'>> => {
  const kappa = modelsKappa(
    { p: before, threshold: await decisionThresholdOf(db, previous) },
    { p: after, threshold },
  );
  const earlier = (await closedRounds(db, type)).flatMap(({ report }) =>
    report === null ? [] : [parseRoundReport(report).kappa ?? null],
  );
  return { kappa, stopAdvised: stopAdvised([...earlier, kappa]) };
};

/** Alerts of a round whose answers were given by people who could not see what the model thinks. */
export const blindIn = async ({ db }: LoopContext, round: RoundRow): Promise<Set<string>> => {
  const { candidates, histories } = await readRoundVotes(db, round.id);
  return new Set(
    candidates.flatMap(({ id, candid }) =>
      (histories.get(id)?.votes ?? [{ p_seen: null }]).every(isBlind) ? [candid] : [],
    ),
  );
};

/** A round's labels among all of its model's, and the alerts of it that were answered blind. */
interface Answered {
  readonly round: RoundRow;
  readonly labels: readonly TrainingLabel[];
  readonly blind: ReadonlySet<string>;
}

/** How the model that chose a round decided; where none did, nothing asks. */
export const judgeOf = async ({ db }: LoopContext, { model_id }: RoundRow): Promise<Judge> => ({
  threshold: await decisionThresholdOf(db, model_id),
  readable: await calibratedProbability(db, model_id),
});

/** Whether the round's blind answers agreed less with the model that chose it than chance explains. */
export const surpriseOf = (
  { round, labels, blind }: Answered,
  { readable, threshold }: Judge,
): RoundReport['surprise'] => {
  const batch = labels
    .filter(({ roundId, candid }) => roundId === round.id && blind.has(candid))
    .map(({ y, pBefore: p }) => ({ y, probabilityBefore: p, believed: p === null ? null : readable(p) }));
  const surprise = batchSurprise(batch, threshold);
  if (surprise === null || !surprise.surprising) return null;
  const { agreed, n, expected } = surprise;
  return { agreed, n, expected };
};
