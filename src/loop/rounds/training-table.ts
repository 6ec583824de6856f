import { setImmediate } from 'node:timers/promises';
import { FinkvraError } from '../../lib/errors.ts';
import { toFeatureMatrix } from '../../pipeline/features/feature-frame.ts';
import {
  FEATURE_NAMES,
  type FeatureName,
  type FeatureSet,
  featureNames,
} from '../../pipeline/features/feature-table.ts';
import type { FeatureMatrix } from '../../pipeline/learning/engines/classifier.ts';
import { LEAST_ROWS } from '../../pipeline/learning/engines/training-input.ts';
import type { SimulationTable } from '../../pipeline/learning/experiment/simulation-table.ts';
import { LABEL_MAPS, type ModelType } from '../../pipeline/learning/label-maps.ts';
import { type TrainingLabel, trainingLabels } from '../../store/answers/labels.ts';
import { featuresOfAll } from '../../store/intake/features.ts';
import type { Db } from '../../store/open-store.ts';

/** The store's own labels with a class of a model type, as a table to play active learning on; null without any. */
export const labelTable = async (
  db: Db,
  type: ModelType,
  names: readonly FeatureName[],
): Promise<SimulationTable | null> => {
  const labels = await trainingLabels(db, type);
  return labels.length === 0 ? null : tableWith(labels, names);
};

/** Labels as training takes them: one row each, in their order. */
export const tableOfLabels = (labels: readonly TrainingLabel[], features: FeatureSet): SimulationTable =>
  tableWith(labels, featureNames(features));

const tableWith = (labels: readonly TrainingLabel[], names: readonly FeatureName[]): SimulationTable => ({
  x: toFeatureMatrix(labels, names),
  y: Uint8Array.from(labels, ({ y }) => y),
  groups: labels.map(({ objectId }) => objectId),
});

/** Why these labels cannot be trained on yet, in words for the channel; null when they can. */
export const whyUntrainable = (labels: readonly TrainingLabel[], type: ModelType): string | null => {
  const positive = labels.filter(({ y }) => y === 1).length;
  if (labels.length < LEAST_ROWS) {
    return `A model needs at least ${LEAST_ROWS} labels with a class; there are ${labels.length}.`;
  }
  if (positive === labels.length || positive === 0) {
    const words = LABEL_MAPS[type];
    return `All ${labels.length} labels are ${
      positive === 0 ? words.negative : words.positive
    }: a model needs both classes, so the next candidates are drawn at random again.`;
  }
  return null;
};

/** Rows read in one go; clicks get their turn between two of them. */
const CHUNK = 500;

/**
 * The feature matrix of these candids, one row each, NaN where missing: candids.length x names.length.
 *
 * @param names the columns, such as those that a model was trained on
 * @throws FinkvraError naming a feature that this version does not have
 */
export const featureMatrixOf = async (
  db: Db,
  candids: readonly string[],
  names: readonly string[],
): Promise<FeatureMatrix> => {
  const known: readonly string[] = FEATURE_NAMES;
  const gone = names.find((name) => !known.includes(name));
  if (gone !== undefined) {
    throw new FinkvraError(
      `The model needs the feature ${gone}, which this version does not have: use the version that trained it.`,
    );
  }
  const values = new Float64Array(candids.length * names.length);
  let at = 0;
  for (let start = 0; start < candids.length; start += CHUNK) {
    const rows: Readonly<Record<string, number | null>>[] = await featuresOfAll(
      db,
      candids.slice(start, start + CHUNK),
    );
    for (const row of rows) {
      for (const name of names) values[at++] = row[name] ?? Number.NaN;
    }
    await setImmediate();
  }
  return { names, rows: candids.length, values };
};
