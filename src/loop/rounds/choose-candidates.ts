import { featureNames } from '../../pipeline/features/feature-table.ts';
import { DEFAULT_DECISION, decisionOn } from '../../pipeline/learning/accuracy/decision.ts';
import { allObjects } from '../../pipeline/learning/accuracy/honest-accuracy.ts';
import {
  type ChosenCandidate,
  type StrategyName,
  selectCandidates,
} from '../../pipeline/learning/strategies/select-candidates.ts';
import { trainingLabels } from '../../store/answers/labels.ts';
import { countAlerts } from '../../store/intake/counts.ts';
import { sameObjects } from '../../store/intake/objects.ts';
import { type PoolRow, readPool } from '../../store/intake/pool.ts';
import type { Db } from '../../store/open-store.ts';
import { findModel, insertModel, latestModel, type ModelRow } from '../../store/rounds/models.ts';
import { candidatesOf, type NewCandidate } from '../../store/rounds/rounds.ts';
import { keepScores } from '../../store/rounds/scores.ts';
import { nextSpare } from '../../store/rounds/spares.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import { parseSavedModel } from './read-model.ts';
import { featureMatrixOf, tableOfLabels, whyUntrainable } from './training-table.ts';

/**
 * The pool with P(class 1) by the model; alerts that it has not scored yet, or whose features have changed
 * since (Sherlock's answer, the dust map), are scored in the worker.
 */
const scoredPool = async ({ db, learning }: LoopContext, model: ModelRow): Promise<PoolRow[]> => {
  const pool = await readPool(db, model.id);
  const unscored = pool.filter(({ p, stale }) => p === null || stale).map(({ candid }) => candid);
  if (unscored.length === 0) return pool;
  const saved = parseSavedModel(model.saved);
  const x = await featureMatrixOf(db, unscored, saved.features);
  const p = await learning.score({ model: saved, x });
  const scores = unscored.map((candid, index) => ({ candid, p: p[index] ?? Number.NaN }));
  await keepScores(db, model.id, scores);
  const fresh = new Map(scores.map((score) => [score.candid, score.p]));
  return pool.map((row) => ({ ...row, p: fresh.get(row.candid) ?? row.p }));
};

/** What a round is chosen from, and how. */
export interface Choice {
  readonly pool: readonly PoolRow[];
  /** The model whose probabilities the pool has; undefined while there is none. */
  readonly model: ModelRow | undefined;
  /** At random while there is no model. */
  readonly strategy: StrategyName;
}

/** The pool, scored with the latest model of the type in use, and the strategy that applies. */
export const readyToChoose = async (context: LoopContext): Promise<Choice> => {
  const { db, modelType, features, rounds } = context;
  const model = (await latestModel(db, modelType, features)) ?? (await startingModel(context));
  const pool = model === undefined ? await readPool(db, null) : await scoredPool(context, model);
  return { pool, model, strategy: model === undefined ? 'random' : rounds.strategy };
};

/** Spares a candidate: more are skipped only where nearly everything is. */
const SPARES_EACH = 5;

/** Candidates of a round, and who takes the places of skipped ones: each with the chance of its draw. */
export interface Chosen {
  readonly candidates: readonly NewCandidate[];
  readonly spares: readonly NewCandidate[];
}

/**
 * `size` candidates of the pool, as the store takes them, and what would be drawn after them, so that a skip need
 * not read the pool; the same seed chooses the same ones.
 */
export const chooseCandidates = (
  { pool, strategy }: Choice,
  { size, seed }: { readonly size: number; readonly seed: number },
): Chosen => {
  const spares = size * SPARES_EACH;
  if (strategy !== 'audited-uncertainty') {
    const drawn = selectCandidates(pool, { strategy, size: size + spares, seed }).map(newCandidate);
    return { candidates: drawn.slice(0, size), spares: drawn.slice(size) };
  }
  // A batch of two kinds: what replaces a candidate is of its kind.
  const candidates = selectCandidates(pool, { strategy, size, seed }).map(newCandidate);
  const taken = new Set(candidates.map(({ candid }) => candid));
  const rest = pool.filter(({ candid }) => !taken.has(candid));
  const kinds = [...new Set(candidates.map(({ drawn }) => drawn))];
  return {
    candidates,
    spares: kinds.flatMap((replaces) =>
      selectCandidates(rest, { strategy, size: spares, seed, replaces }).map(newCandidate),
    ),
  };
};

/**
 * Who takes the place of a skipped candidate: the next of those drawn after the round's own, of objects that it has
 * not had. Where they are used up, or the round is of a version that drew none, the next of the same order from the
 * pool; null when that is used up too.
 */
export const nextCandidate = async (
  db: Db,
  round: RoundRow,
  skipped: Pick<CandidateRow, 'drawn'>,
): Promise<NewCandidate | null> =>
  (await nextSpare(db, round.id, skipped.drawn)) ?? (await drawFromPool(db, round, skipped));

const drawFromPool = async (
  db: Db,
  round: RoundRow,
  skipped: Pick<CandidateRow, 'drawn'>,
): Promise<NewCandidate | null> => {
  const asked = (await candidatesOf(db, round.id)).map((candidate) => candidate.object_id);
  const used = await sameObjects(db, asked);
  // Reading the pool would find nothing.
  if ((await countAlerts(db)).pool === 0) return null;
  const pool = (await readPool(db, round.model_id)).filter(({ objectId }) => !used.has(objectId));
  const { strategy, seed } = round;
  const [chosen] = selectCandidates(pool, { strategy, size: 1, seed, replaces: skipped.drawn });
  return chosen === undefined ? null : newCandidate(chosen);
};

/** A chosen alert as the store takes it. */
const newCandidate = ({ candid, objectId, drawn, p, q, poolSize }: ChosenCandidate): NewCandidate => ({
  candid,
  objectId,
  drawn,
  p,
  q,
  poolSize,
});

/**
 * The model with which a question begins, before it has had a round: trained on the labels that the store holds
 * (imported, or of rounds that asked something else or learnt from other columns), and on others' labels if it
 * starts with those. It belongs to no round, reports no accuracy and is never the champion. Undefined where the
 * labels do not suffice, or START says that nothing is to train it: then the first batch is drawn at random.
 */
const startingModel = async (context: LoopContext): Promise<ModelRow | undefined> => {
  const { db, learning, clock, log, engine, features, seed, start, others, modelType } = context;
  if (start === 'reference') return undefined;
  const labels = await trainingLabels(db, modelType);
  if (others === null && whyUntrainable(labels, modelType) !== null) return undefined;
  const candids = (await readPool(db, null)).map(({ candid }) => candid);
  const result = await learning.train({
    engine,
    seed,
    ...tableOfLabels(labels, features),
    ...(others === null ? {} : { others }),
    ...(candids.length === 0 ? {} : { pool: await featureMatrixOf(db, candids, featureNames(features)) }),
  });
  for (const warning of result.warnings) log.warn(warning);
  const { outOfBag, pool } = result;
  const objects = allObjects(outOfBag, pool ?? []);
  const { threshold } = decisionOn(context.decision ?? DEFAULT_DECISION, objects);
  const id = await insertModel(db, {
    round_id: null,
    model_type: modelType,
    engine,
    seed,
    labels: labels.length,
    saved: JSON.stringify(result.model),
    trained_at: clock().toISOString(),
    promoted_at: null,
    calibration: null,
    feature_set: features,
    threshold,
  });
  await keepScores(
    db,
    id,
    candids.map((candid, index) => ({ candid, p: pool?.[index] ?? Number.NaN })),
  );
  log.info(
    { modelType, features, labels: labels.length, others: others?.y.length ?? 0 },
    'a model was trained on the labels there are, before the first round',
  );
  return findModel(db, id);
};
