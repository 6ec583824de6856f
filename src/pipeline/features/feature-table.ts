import { CONTEXT_COLUMNS } from './columns/context-columns.ts';
import type { FeatureSet } from './columns/feature-column.ts';
import { REFERENCE_COLUMNS } from './columns/reference-columns.ts';
import { WIDE_COLUMNS } from './columns/wide-columns.ts';

export { FEATURE_SETS, type FeatureSet } from './columns/feature-column.ts';

export const DEFAULT_FEATURE_SET: FeatureSet = 'context';

/**
 * Raise it when the meaning of any column changes: alerts measured by an earlier recipe are then measured again
 * from the store.
 */
export const FEATURE_RECIPE = 1;

/**
 * Every column that is kept of an alert. Sets other than `reference` measure light curves from the photometry
 * by one recipe, each (jd, fid) once. No column is made of what labels are made of: SIMBAD, TNS and VSX types.
 */
export const FEATURE_COLUMNS = [...REFERENCE_COLUMNS, ...CONTEXT_COLUMNS, ...WIDE_COLUMNS] as const;

export type FeatureName = (typeof FEATURE_COLUMNS)[number]['name'];

/** One alert's features; null is missing. */
export type Features = Readonly<Record<FeatureName, number | null>>;

/** All columns that are kept, those of the reference first. */
export const FEATURE_NAMES: readonly FeatureName[] = FEATURE_COLUMNS.map(({ name }) => name);

/** Features with the values that `value` gives for each column. */
export const featuresOf = (value: (name: FeatureName) => number | null): Features => {
  const features = Object.fromEntries(FEATURE_NAMES.map((name) => [name, value(name)]));
  if (!isFeatures(features)) throw new Error('a feature is missing');
  return features;
};

const isFeatures = (record: Readonly<Record<string, number | null>>): record is Features =>
  FEATURE_NAMES.every((name) => name in record);

/** The columns of a set, in their order. */
export const featureNames = (set: FeatureSet): readonly FeatureName[] =>
  FEATURE_COLUMNS.filter(({ sets }) => sets.some((one) => one === set)).map(({ name }) => name);

const wordsOf: ReadonlyMap<string, string> = new Map(FEATURE_COLUMNS.map(({ name, words }) => [name, words]));

/** A feature's title for people; its column name if it is not one of ours. */
export const featureWords = (name: string): string => wordsOf.get(name) ?? name;
