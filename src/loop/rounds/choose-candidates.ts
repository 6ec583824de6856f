import { DEFAULT_DECISION } from '../../pipeline/learning/accuracy/decision.ts';
import { createRandom } from '../../pipeline/learning/seeded-random.ts';
import type { StrategyName } from '../../pipeline/learning/strategies/select-candidates.ts';
import { trainingLabels } from '../../store/answers/labels.ts';
import { countAlerts } from '../../store/intake/counts.ts';
import { sameObjects } from '../../store/intake/objects.ts';
import { poolObjectAt, poolObjectsOf } from '../../store/intake/pool.ts';
import type { Db } from '../../store/open-store.ts';
import { findModel, insertModel, latestModel, type ModelRow } from '../../store/rounds/models.ts';
import { candidatesOf, type NewCandidate } from '../../store/rounds/rounds.ts';
import { nextSpare } from '../../store/rounds/spares.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import type { Chosen } from '../pool/draw-candidates.ts';
import { runOnPool } from '../pool/pool-client.ts';
import { tableOfLabels, whyUntrainable } from './training-table.ts';

/** The model and the strategy that choose a round's candidates. */
export interface Choice {
  /** The latest model of the type in use, undefined while there is none. */
  readonly model: ModelRow | undefined;
  /** At random while there is no model. */
  readonly strategy: StrategyName;
}

export const readyToChoose = async (context: LoopContext): Promise<Choice> => {
  const { db, modelType, features, rounds } = context;
  const model = (await latestModel(db, modelType, features)) ?? (await startingModel(context));
  return { model, strategy: model === undefined ? 'random' : rounds.strategy };
};

/**
 * Those drawn that can still be asked about: an object may have got a label, or an excluded class, since the pool
 * was read. As for a skip, the next spare of its kind takes its place, and has the chance of its own draw.
 */
export const stillInPool = async (db: Db, { candidates, spares }: Chosen): Promise<Chosen> => {
  const objects = await poolObjectsOf(
    db,
    [...candidates, ...spares].map(({ objectId }) => objectId),
  );
  const left = spares.filter(({ objectId }) => objects.has(objectId));
  const taken = candidates.flatMap((candidate) => {
    if (objects.has(candidate.objectId)) return [candidate];
    const next = left.findIndex(({ drawn }) => drawn === candidate.drawn);
    return next === -1 ? [] : left.splice(next, 1);
  });
  return { candidates: taken, spares: left };
};

/**
 * Who takes the place of a skipped candidate: the next of those drawn after the round's own, of objects that it has
 * not had. Where they are used up, or the round is of a version that drew none, one drawn uniformly from what the
 * pool has left: that needs no reading of it, and its chance is known. Null when the pool is used up too.
 */
export const nextCandidate = async (
  db: Db,
  round: RoundRow,
  skipped: Pick<CandidateRow, 'drawn'>,
): Promise<NewCandidate | null> =>
  (await nextSpare(db, round.id, skipped.drawn)) ?? (await drawFromPool(db, round));

/** Tries to hit an object that the round has not had; of a pool larger than the round the first mostly does. */
const TRIES = 1000;

const drawFromPool = async (db: Db, round: RoundRow): Promise<NewCandidate | null> => {
  const asked = (await candidatesOf(db, round.id)).map((candidate) => candidate.object_id);
  const used = await poolObjectsOf(db, [...(await sameObjects(db, asked))]);
  const { pool } = await countAlerts(db);
  const poolSize = pool - new Set(used.values()).size;
  if (poolSize <= 0) return null;
  const random = createRandom(round.seed, asked.length);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const found = await poolObjectAt(db, random.below(pool), pool, round.model_id);
    if (found === null || used.has(found.objectId)) continue;
    const { candid, objectId, p } = found;
    return { candid, objectId, drawn: 'random', p, q: 1 / poolSize, poolSize };
  }
  throw new Error(`of ${pool} objects in the pool none could be drawn for round ${round.number}`);
};

/**
 * The model with which a question begins, before it has had a round: trained on the labels that the store holds
 * (imported, or of rounds that asked something else or learnt from other columns), and on others' labels if it
 * starts with those. It belongs to no round, reports no accuracy and is never the champion. Undefined where the
 * labels do not suffice, or START says that nothing is to train it: then the first batch is drawn at random.
 */
const startingModel = async (context: LoopContext): Promise<ModelRow | undefined> => {
  const { db, learning, clock, log, engine, features, seed, start, others, modelType, signal } = context;
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
  const { outOfBag, training } = result;
  const { scores, evaluation } = await runOnPool(
    db,
    {
      kind: 'score',
      model: result.model,
      // It reports no accuracy: how its labels were drawn does not matter.
      evaluation: {
        labels: labels.map(({ y, objectId }) => ({
          y,
          objectId,
          round: 0,
          drawn: 'uncertainty',
          q: null,
          poolSize: 0,
          probabilityBefore: null,
          blind: false,
        })),
        outOfBag,
        training,
        decision: context.decision ?? DEFAULT_DECISION,
      },
      previous: null,
      seed,
    },
    { signal },
  );
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
    threshold: evaluation.decision.threshold,
  });
  await runOnPool(db, { kind: 'keep', modelId: id, scores }, { signal });
  log.info(
    { modelType, features, labels: labels.length, others: others?.y.length ?? 0 },
    'a model was trained on the labels there are, before the first round',
  );
  return findModel(db, id);
};
