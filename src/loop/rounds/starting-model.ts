import { trainingLabels } from '../../store/answers/labels.ts';
import { findModel, insertModel, type ModelRow } from '../../store/rounds/models.ts';
import { hasRounds } from '../../store/rounds/rounds.ts';
import type { LoopContext } from '../context.ts';
import { tableOfLabels, whyUntrainable } from './training-table.ts';

/**
 * The model with which a type begins that comes into use in a store with rounds of another: it is trained on
 * their labels, read anew, so that nobody has to label a first batch twice. It belongs to no round, reports no
 * accuracy and is never the champion. Undefined where the type has had a round, or the labels do not suffice:
 * then the first batch is drawn at random.
 */
export const startingModel = async (context: LoopContext): Promise<ModelRow | undefined> => {
  const { db, learning, clock, log, engine, features, seed, modelType } = context;
  if ((await hasRounds(db, modelType)) || !(await hasRounds(db))) return undefined;
  const labels = await trainingLabels(db, modelType);
  if (whyUntrainable(labels, modelType) !== null) return undefined;
  const result = await learning.train({ engine, seed, ...tableOfLabels(labels, features) });
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
    { modelType, labels: labels.length },
    'a model of the new type was trained on the labels there are',
  );
  return findModel(db, id);
};
