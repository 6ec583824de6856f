import type { FeatureMatrix } from './engines/classifier.ts';

/** A matrix from one record per row; null and absent are missing (NaN). */
export const featureMatrix = (
  names: readonly string[],
  rows: readonly Readonly<Record<string, number | null>>[],
): FeatureMatrix => {
  const values = new Float64Array(rows.length * names.length);
  let at = 0;
  for (const row of rows) for (const name of names) values[at++] = row[name] ?? Number.NaN;
  return { names, rows: rows.length, values };
};

/** The rows of `x` at `indices`, in that order; an index may be repeated. */
export const selectRows = (x: FeatureMatrix, indices: ArrayLike<number>): FeatureMatrix => {
  const columns = x.names.length;
  const values = new Float64Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] ?? 0;
    values.set(x.values.subarray(row * columns, (row + 1) * columns), i * columns);
  }
  return { names: x.names, rows: indices.length, values };
};

/** The columns of `x` of these names, in their order. Throws, naming it, for one that it has not. */
export const selectColumns = (x: FeatureMatrix, names: readonly string[]): FeatureMatrix => {
  const at = names.map((name) => x.names.indexOf(name));
  const gone = names.filter((_, i) => at[i] === -1);
  if (gone.length > 0)
    throw new Error(`There is no column ${gone.join(', ')}; there are ${x.names.join(', ')}.`);
  const values = new Float64Array(x.rows * names.length);
  for (let row = 0; row < x.rows; row++) {
    at.forEach((column, i) => {
      values[row * names.length + i] = x.values[row * x.names.length + column] ?? Number.NaN;
    });
  }
  return { names, rows: x.rows, values };
};

/** The rows of both, one below the other. Throws when their columns differ. */
export const stackRows = (above: FeatureMatrix, below: FeatureMatrix): FeatureMatrix => {
  assertSameFeatures(above.names, below.names);
  const values = new Float64Array(above.values.length + below.values.length);
  values.set(above.values);
  values.set(below.values, above.values.length);
  return { names: above.names, rows: above.rows + below.rows, values };
};

/** Throws, naming the difference, when a model trained on `trained` is given columns `given`. */
export const assertSameFeatures = (trained: readonly string[], given: readonly string[]): void => {
  if (trained.length === given.length && trained.every((name, i) => name === given[i])) return;
  const missing = trained.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !trained.includes(name));
  const faults = [
    ...(missing.length > 0 ? [`missing ${missing.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`not known to the model ${unknown.join(', ')}`] : []),
  ];
  const what = faults.length > 0 ? faults.join('; ') : 'the same names in another order';
  throw new Error(`The model was trained on other features: ${what}. Train a new model on these features.`);
};
