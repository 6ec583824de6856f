import { FinkvraError } from '../lib/errors.ts';
import { readStartingSet, SHIPPED_STARTING_SET, startingRows } from '../loop/rounds/starting-set.ts';
import {
  FEATURE_NAMES,
  FEATURE_SETS,
  type FeatureSet,
  featureNames,
} from '../pipeline/features/feature-table.ts';
import { DECISION_RULES, type DecisionRule } from '../pipeline/learning/accuracy/decision.ts';
import type { SimulationVariant } from '../pipeline/learning/experiment/simulate.ts';
import type { SimulationTable } from '../pipeline/learning/experiment/simulation-table.ts';

export const STARTS = ['cold', 'starter'] as const;

export interface VariantFlags {
  /** Names separated by commas. */
  readonly sets?: string;
  readonly starts?: string;
  readonly decisions?: string;
}

/** What a simulation compares besides engines and strategies. */
export interface Comparison {
  readonly sets: readonly FeatureSet[] | null;
  readonly starts: readonly (typeof STARTS)[number][];
  readonly decisions: readonly DecisionRule[];
}

/** The names in a list, checked against `all`. @throws FinkvraError for an unknown name */
export const known = <T extends string>(what: string, text: string, all: readonly T[]): T[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const found = all.find((one) => one === name);
      if (found === undefined)
        throw new FinkvraError(
          `there is no ${what} ${name}; choose of ${all.join(', ')} (finkvra simulate --help)`,
        );
      return found;
    });

export const comparisonOf = ({ sets, starts, decisions }: VariantFlags, rule: DecisionRule): Comparison => ({
  sets: sets === undefined ? null : known('set of features', sets, FEATURE_SETS),
  starts: starts === undefined ? ['cold'] : known('start', starts, STARTS),
  decisions: decisions === undefined ? [rule] : known('decision', decisions, DECISION_RULES),
});

/**
 * All combinations, each named by the options with several values. A set's columns without any value are left
 * out, since nothing can be learnt from them.
 * @throws FinkvraError if the table lacks the columns
 */
export const variantsOf = (
  { sets, starts, decisions }: Comparison,
  table: SimulationTable,
): SimulationVariant[] => {
  const needsOurs = sets !== null || starts.includes('starter');
  const foreign = table.x.names.filter((name) => !FEATURE_NAMES.some((one) => one === name));
  if (sets === null && needsOurs && foreign.length > 0) {
    throw new FinkvraError(
      `the starting set has no column ${foreign.join(', ')}: name --sets, or a table of finkvra features`,
    );
  }
  const inputs =
    sets === null
      ? [{ name: '', columns: needsOurs ? table.x.names : undefined }]
      : sets.map((set) => ({ name: set, columns: columnsOf(set, table) }));
  return inputs.flatMap(({ name, columns }) =>
    starts.flatMap((start) =>
      decisions.map((decision) => ({
        variant: [
          inputs.length > 1 ? name : '',
          starts.length > 1 ? start : '',
          decisions.length > 1 ? decision : '',
        ]
          .filter((word) => word !== '')
          .join(', '),
        start,
        decision,
        ...(columns === undefined ? {} : { columns }),
      })),
    ),
  );
};

const columnsOf = (set: FeatureSet, { x }: SimulationTable): string[] => {
  const columns = featureNames(set).filter((name) => x.names.includes(name));
  if (columns.length < featureNames(set).length / 2) {
    const missing = featureNames(set).filter((name) => !x.names.includes(name));
    throw new FinkvraError(
      `the table lacks columns of the set ${set}: ${missing.join(', ')}; finkvra features --set ${set} writes them`,
    );
  }
  return columns;
};

/** Labels of others, for runs that start from them. */
export const starterTable = (file: string | null): SimulationTable =>
  startingRows(readStartingSet(file ?? SHIPPED_STARTING_SET), 'all');
