import { FinkvraError } from '../errors.ts';
import { toFeatureMatrix } from '../pipeline/features/feature-frame.ts';
import type { SimulationTable } from '../pipeline/learning/simulate/simulation-table.ts';
import { trainingLabels } from '../store/labels.ts';
import type { Db } from '../store/open-store.ts';

/** The store's own labels with a class, as a table to play active learning on. */
export const labelTable = async (db: Db): Promise<SimulationTable> => {
  const labels = await trainingLabels(db);
  if (labels.length === 0) {
    throw new FinkvraError(
      'The store has no labels with a class yet: label some, or name a table with --from.',
    );
  }
  return {
    x: toFeatureMatrix(labels),
    y: Uint8Array.from(labels, ({ galactic }) => galactic),
    groups: labels.map(({ objectId }) => objectId),
  };
};
