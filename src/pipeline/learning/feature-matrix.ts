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
