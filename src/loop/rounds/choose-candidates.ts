import {
  type ChosenCandidate,
  type StrategyName,
  selectCandidates,
} from '../../pipeline/learning/strategies/select-candidates.ts';
import { trainingLabels } from '../../store/answers/labels.ts';
import { type PoolRow, readPool } from '../../store/intake/pool.ts';
import type { Db } from '../../store/open-store.ts';
import { findModel, insertModel, latestModel, type ModelRow } from '../../store/rounds/models.ts';
import { candidatesOf, type NewCandidate } from '../../store/rounds/rounds.ts';
import { keepScores } from '../../store/rounds/scores.ts';
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

/** `size` candidates of the pool, as the store takes them; the same seed chooses the same ones. */
export const chooseCandidates = (
  { pool, strategy }: Choice,
  { size, seed }: { readonly size: number; readonly seed: number },
): NewCandidate[] => selectCandidates(pool, { strategy, size, seed }).map(newCandidate);

/**
 * Who takes the place of a skipped candidate: the next of the same order from which that one was chosen, of
 * objects the round has not had. Null when the pool is used up.
 */
export const nextCandidate = async (
  db: Db,
  round: RoundRow,
  skipped: Pick<CandidateRow, 'drawn'>,
): Promise<NewCandidate | null> => {
  const used = new Set((await candidatesOf(db, round.id)).map((candidate) => candidate.object_id));
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
  const result = await learning.train({
    engine,
    seed,
    ...tableOfLabels(labels, features),
    ...(others === null ? {} : { others }),
  });
  for (const warning of result.warnings) log.warn(warning);
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
  });
  log.info(
    { modelType, features, labels: labels.length, others: others?.y.length ?? 0 },
    'a model was trained on the labels there are, before the first round',
  );
  return findModel(db, id);
};
