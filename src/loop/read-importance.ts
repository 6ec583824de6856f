import { toFeatureMatrix } from '../pipeline/features/feature-frame.ts';
import type { PermutationImportance } from '../pipeline/learning/permutation-importance.ts';
import { trainingLabels } from '../store/labels.ts';
import { latestModel } from '../store/models.ts';
import type { LoopContext } from './context.ts';

export interface ModelImportance {
  readonly modelId: number;
  /** Labels it was measured with. */
  readonly labels: number;
  /** Largest first. */
  readonly features: readonly PermutationImportance[];
}

/**
 * Which features the newest model stands on: it is trained again in the worker on the labels as they are
 * now, with its own engine and seed, and each feature is shuffled in turn. Null while there is no model.
 */
export const readImportance = async ({
  db,
  learning,
}: Pick<LoopContext, 'db' | 'learning'>): Promise<ModelImportance | null> => {
  const model = await latestModel(db);
  if (model === undefined) return null;
  const labels = await trainingLabels(db);
  const { importance } = await learning.train({
    engine: model.engine,
    seed: model.seed,
    x: toFeatureMatrix(labels),
    y: Uint8Array.from(labels, (label) => label.galactic),
    groups: labels.map((label) => label.objectId),
    importance: true,
  });
  return importance === null ? null : { modelId: model.id, labels: labels.length, features: importance };
};
