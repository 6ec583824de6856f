import type { ModelImportance } from '../../../loop/rounds/read-model.ts';
import type { ImportancePictureInput } from '../../../pictures/charts/importance-picture.ts';
import { featureWords } from '../../../pipeline/features/feature-table.ts';
import { decimal, plural, signed, textTable } from '../format.ts';

export interface ImportanceContent {
  readonly title: string;
  readonly picture: ImportancePictureInput;
  /** Monospaced, most important features first. */
  readonly table: string;
  readonly note: string;
}

/** Half length of the bars, in standard errors; bars that reach zero are within noise. */
const INTERVAL = 2;

/** A model's feature importances. @param most features in the table */
export const importanceContent = (
  { round, labels, features }: ModelImportance,
  most: number,
): ImportanceContent => {
  const named = features.map(({ features: names, drop, standardError, withinNoise }) => ({
    name: names.map(featureWords).join(' and '),
    value: drop,
    low: drop - INTERVAL * standardError,
    high: drop + INTERVAL * standardError,
    withinNoise,
  }));
  return {
    title: `Most important features of round ${round}’s model: ${named[0]?.name ?? 'none'} first`,
    picture: {
      title: 'Feature importance',
      subtitle: `round ${round}, ${plural(labels, 'label')}; shuffled out of bag; lines: ± 2 standard errors`,
      quantity: 'ROC-AUC lost when shuffled',
      features: named,
    },
    table: textTable(
      ['feature', 'AUC lost', '±'],
      named
        .slice(0, most)
        .map(({ name, value, high, withinNoise }) => [
          name,
          `${signed(value, 3)}${withinNoise ? ' ~' : '  '}`,
          decimal(high - value, 3),
        ]),
    ),
    note: `Round ${round}, ${plural(labels, 'label')}. How much worse the model ranks unseen objects when a feature is shuffled; ± is two standard errors, ~ is within noise.`,
  };
};
