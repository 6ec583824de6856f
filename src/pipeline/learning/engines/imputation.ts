import type { FeatureMatrix } from './classifier.ts';
import { damagedModel, fieldsOf } from './saved-model.ts';

/** How missing values are filled in for an engine that cannot take them. */
export interface Imputation {
  /** Median of each column over the training rows that have a value; 0 if none has one. float32. */
  readonly medians: readonly number[];
  /** Columns that had missing values in training: each gets a column of 0 and 1 that says where. */
  readonly flagged: readonly number[];
}

export const learnImputation = (x: FeatureMatrix): Imputation => {
  const columns = x.names.length;
  const medians: number[] = [];
  const flagged: number[] = [];
  for (let column = 0; column < columns; column++) {
    const present = new Float64Array(x.rows);
    let n = 0;
    for (let row = 0; row < x.rows; row++) {
      const value = x.values[row * columns + column] ?? Number.NaN;
      if (!Number.isNaN(value)) present[n++] = value;
    }
    const sorted = present.subarray(0, n).sort();
    const median = n === 0 ? 0 : ((sorted[(n - 1) >> 1] ?? 0) + (sorted[n >> 1] ?? 0)) / 2;
    medians.push(Math.fround(median));
    if (n < x.rows) flagged.push(column);
  }
  return { medians, flagged };
};

/** Row-major float32: the columns of `x` with medians filled in, then one flag for each flagged column. */
export const impute = (x: FeatureMatrix, { medians, flagged }: Imputation): Float32Array => {
  const columns = x.names.length;
  const width = columns + flagged.length;
  const filled = new Float32Array(x.rows * width);
  for (let row = 0; row < x.rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = x.values[row * columns + column] ?? Number.NaN;
      filled[row * width + column] = Number.isNaN(value) ? (medians[column] ?? 0) : value;
    }
    flagged.forEach((column, k) => {
      const missing = Number.isNaN(x.values[row * columns + column] ?? Number.NaN);
      filled[row * width + columns + k] = missing ? 1 : 0;
    });
  }
  return filled;
};

/** Reads an `Imputation` back from JSON. Throws when it is damaged. */
export const readImputation = (value: unknown, columns: number): Imputation => {
  const { medians, flagged } = fieldsOf(value);
  if (!isNumbers(medians) || medians.length !== columns) throw damagedModel(`it has no ${columns} medians`);
  if (
    !isNumbers(flagged) ||
    flagged.some((column) => !Number.isInteger(column) || column < 0 || column >= columns)
  ) {
    throw damagedModel('its flagged columns are not columns');
  }
  return { medians, flagged };
};

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');
