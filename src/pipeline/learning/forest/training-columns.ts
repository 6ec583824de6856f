/** A training table by columns: feature f of row r is `columns[f * rows + r]`, float32, NaN where missing. */
export interface TrainingColumns {
  readonly rows: number;
  readonly features: number;
  readonly columns: Float32Array;
  /** 1 for each feature with a missing value in some row. */
  readonly hasMissing: Uint8Array;
}

/** Columns of a row-major float32 matrix. */
export const trainingColumns = (values: Float32Array, features: number): TrainingColumns => {
  const rows = values.length / features;
  const columns = new Float32Array(values.length);
  const hasMissing = new Uint8Array(features);
  for (let row = 0; row < rows; row++) {
    for (let feature = 0; feature < features; feature++) {
      const x = values[row * features + feature] ?? Number.NaN;
      columns[feature * rows + row] = x;
      if (Number.isNaN(x)) hasMissing[feature] = 1;
    }
  }
  return { rows, features, columns, hasMissing };
};

/**
 * The rank of each value among its column's different values, from 0; equal values have one rank, missing
 * ones -1. Laid out as `columns` is. Ranks let whole numbers be sorted where floats would be.
 */
export const columnRanks = ({ rows, features, columns }: TrainingColumns): Int32Array => {
  const ranks = new Int32Array(rows * features);
  for (let feature = 0; feature < features; feature++) {
    const column = columns.subarray(feature * rows, (feature + 1) * rows);
    const order = Array.from({ length: rows }, (_, row) => row)
      .filter((row) => !Number.isNaN(column[row] ?? Number.NaN))
      .sort((a, b) => (column[a] ?? 0) - (column[b] ?? 0));
    ranks.fill(-1, feature * rows, (feature + 1) * rows);
    let rank = -1;
    let last = Number.NaN;
    for (const row of order) {
      const x = column[row] ?? 0;
      if (x !== last) rank += 1;
      last = x;
      ranks[feature * rows + row] = rank;
    }
  }
  return ranks;
};
