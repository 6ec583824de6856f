/** Rows of features: `values` is row-major, rows x names.length, NaN where missing. */
export interface FeatureMatrix {
  readonly names: readonly string[];
  readonly rows: number;
  readonly values: Float64Array;
}

export interface FitOptions {
  readonly seed: number;
  /**
   * One group per row (the objectId): a row's out-of-bag prediction comes only from trees that saw no row
   * of its group. Without it every row is its own group.
   */
  readonly groups?: readonly string[];
  /** Weight of each row, 0 or more; without it all count the same. An engine that knows none throws. */
  readonly weights?: Float64Array;
  /** Called now and then with the number of trees built and to be built. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A trained binary model: class 1 is the positive one (galactic). */
export interface TrainedModel {
  readonly engine: string;
  readonly features: readonly string[];
  /**
   * P(class 1) for each row. Throws when `x.names` differ from the features it was trained on, naming the
   * difference.
   */
  predict(x: FeatureMatrix): Float64Array;
  /** What each feature added to each row's probability. Throws as `predict` does. */
  explain(x: FeatureMatrix): Explanation;
  /** JSON that `load` of the same engine reads back to a model with the same predictions, bit for bit. */
  save(): SavedModel;
}

/** P(class 1) of a row is `base` plus the sum of its contributions. */
export interface Explanation {
  readonly base: number;
  /** Row-major, rows x features. */
  readonly contributions: Float64Array;
}

/** A model as plain JSON: `engine`, `version` and `features` say whether it can be used before it is read. */
export interface SavedModel {
  readonly engine: string;
  readonly version: number;
  readonly features: readonly string[];
  readonly parameters: unknown;
}

export interface Fit {
  readonly model: TrainedModel;
  /**
   * P(class 1) of each training row from trees that saw no row of its group; NaN where every tree did. May be
   * computed when it is first read, and take longer than the training.
   */
  readonly outOfBag: Float64Array;
  /**
   * `outOfBag` once more for the training rows with other feature values (a column permuted): each row by the
   * trees that saw no row of its group.
   */
  predictOutOfBag(x: FeatureMatrix): Float64Array;
  /** Share of each feature in the gain of all splits, in the order of the features; null: not measured. */
  readonly gains: Float64Array | null;
  /** What somebody who chose this engine should know about this fit; mostly empty. */
  readonly warnings: readonly string[];
}

/** What every engine implements. Same rows, labels, seed and groups give the same model. */
export interface Classifier {
  readonly engine: string;
  /** `y[i]` is 1 or 0. Throws a clear error with fewer than 4 rows or with one class only. */
  fit(x: FeatureMatrix, y: Uint8Array, options: FitOptions): Fit;
  /** Throws a clear error when `saved` is of another engine or version, or damaged. */
  load(saved: SavedModel): TrainedModel;
}
