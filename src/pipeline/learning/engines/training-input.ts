import type { FeatureMatrix, FitOptions } from './classifier.ts';

/** Least number of labelled rows that an engine trains on. */
export const LEAST_ROWS = 4;

/** Throws, saying what to do, when `x`, `y` and `groups` cannot be trained on. */
export const assertTrainable = (x: FeatureMatrix, y: Uint8Array, options: FitOptions): void => {
  if (x.names.length === 0) throw new Error('There is no feature column to train on.');
  if (x.values.length !== x.rows * x.names.length) {
    throw new RangeError(
      `${x.values.length} values do not make ${x.rows} rows of ${x.names.length} features.`,
    );
  }
  if (y.length !== x.rows) throw new RangeError(`${y.length} labels for ${x.rows} rows.`);
  if (options.groups && options.groups.length !== x.rows) {
    throw new RangeError(`${options.groups.length} groups for ${x.rows} rows.`);
  }
  if (options.weights && (options.weights.length !== x.rows || options.weights.some((w) => !(w >= 0)))) {
    throw new RangeError(`Training needs a weight of 0 or more for each of ${x.rows} rows.`);
  }
  if (x.rows < LEAST_ROWS) {
    throw new Error(`Training needs at least ${LEAST_ROWS} labels with a class; there are ${x.rows}.`);
  }
  const positives = y.reduce((sum, label) => sum + (label === 1 ? 1 : 0), 0);
  if (y.some((label) => label > 1)) throw new RangeError('A label must be 0 or 1.');
  if (positives === 0 || positives === x.rows) {
    throw new Error(
      `All ${x.rows} labels are of one class (${positives > 0 ? 1 : 0}): label more, drawn at random, until both occur.`,
    );
  }
};
