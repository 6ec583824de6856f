import { DEFAULT_DECISION } from '../../pipeline/learning/accuracy/decision.ts';
import type { StrategyName } from '../../pipeline/learning/strategies/run-strategy.ts';
import { trainingLabels } from '../../store/answers/labels.ts';
import { findModel, insertModel, latestModel, type ModelRow } from '../../store/rounds/models.ts';
import type { LoopContext } from '../context.ts';
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
 * The first model of a question, before its first round. It is trained on labels that the store holds already
 * (imported, or from rounds with another question or other columns), and on the starting set if START asks for
 * it. It belongs to no round, reports no accuracy and is never the champion. Undefined if the labels do not
 * suffice, or START allows no such training: then the first batch is drawn at random.
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
      // This model reports no accuracy, so how its labels were drawn does not matter.
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
