import type { FeatureMatrix, TrainedModel } from './classifier.ts';

/** One feature's part in one probability. */
export interface Reason {
  readonly feature: string;
  /** The row's value; null when it is missing, which can push as well. */
  readonly value: number | null;
  /** What it added to P(class 1); negative: it pushed towards class 0. */
  readonly push: number;
}

/** The `count` features that pushed each row's probability most, strongest first; fewer where fewer pushed. */
export const strongestReasons = (model: TrainedModel, x: FeatureMatrix, count = 3): Reason[][] => {
  const { contributions } = model.explain(x);
  const columns = x.names.length;
  return Array.from({ length: x.rows }, (_, row) =>
    x.names
      .map((feature, column) => {
        const value = x.values[row * columns + column] ?? Number.NaN;
        return {
          feature,
          value: Number.isNaN(value) ? null : value,
          push: contributions[row * columns + column] ?? 0,
        };
      })
      .filter(({ push }) => push !== 0)
      .sort((a, b) => Math.abs(b.push) - Math.abs(a.push))
      .slice(0, count),
  );
};
