import { FinkvraError } from '../../lib/errors.ts';
import { toFeatureMatrix } from '../../pipeline/features/feature-frame.ts';
import type { SimulationTable } from '../../pipeline/learning/experiment/simulation-table.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { type TrainingLabel, trainingLabels } from '../../store/answers/labels.ts';
import type { Db } from '../../store/open-store.ts';

/** The store's own labels with a class of a model type, as a table to play active learning on. */
export const labelTable = async (db: Db, type: ModelType): Promise<SimulationTable> => {
  const labels = await trainingLabels(db, type);
  if (labels.length === 0) {
    throw new FinkvraError(
      `The store has no labels with a class for MODEL_TYPE=${type} yet: label some, or name a table with --from.`,
    );
  }
  return tableOfLabels(labels);
};

/** Labels as training takes them: one row each, in their order. */
export const tableOfLabels = (labels: readonly TrainingLabel[]): SimulationTable => ({
  x: toFeatureMatrix(labels),
  y: Uint8Array.from(labels, ({ y }) => y),
  groups: labels.map(({ objectId }) => objectId),
});
