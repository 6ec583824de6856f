import type { Candid, ObjectId } from '../alert.ts';
import { auditedUncertainty } from './strategies/audited-uncertainty.ts';
import { random } from './strategies/random.ts';
import type { ChosenCandidate, Drawn, PoolCandidate, Strategy } from './strategies/strategy.ts';
import { uncertainty } from './strategies/uncertainty.ts';
import { weightedUncertainty } from './strategies/weighted-uncertainty.ts';

export type { ChosenCandidate, Drawn, PoolCandidate } from './strategies/strategy.ts';

/** How a batch may be chosen; each is described in its file. */
export const STRATEGY_NAMES = [
  'random',
  'uncertainty',
  'weighted-uncertainty',
  'audited-uncertainty',
] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];

export interface Selection {
  readonly strategy: StrategyName;
  /** How many to choose; fewer come back when the pool is smaller. */
  readonly size: number;
  /** Another one for every round; within a round the same. */
  readonly seed: number;
  /**
   * For the replacement of a skipped candidate: how that one was drawn. Replacements are asked for with the
   * round's seed from a pool without those already drawn.
   */
  readonly replaces?: Drawn;
}

const strategies: Readonly<Record<StrategyName, Strategy>> = {
  random,
  uncertainty,
  'weighted-uncertainty': weightedUncertainty,
  'audited-uncertainty': auditedUncertainty,
};

/** An audited batch is of two kinds: what replaces one of them must be of its kind. */
const replacements: Readonly<Record<Drawn, Strategy>> = {
  random,
  uncertainty,
  weighted: weightedUncertainty,
};

/**
 * The next candidates from a pool, at most one of an object (its newest alert).
 *
 * Chance is a function of the seed and the candid, not of a row's place. So the choice does not depend on
 * the order of the rows; and when those already chosen are taken out of the pool, the same seed goes on
 * where it stopped: that is how a skipped candidate is replaced.
 *
 * @example selectCandidates(pool, { strategy: 'uncertainty', size: 10, seed: 7 })
 */
export const selectCandidates = (
  pool: readonly PoolCandidate[],
  { strategy, size, seed, replaces }: Selection,
): ChosenCandidate[] => {
  const choose = replaces === undefined ? strategies[strategy] : replacements[replaces];
  return choose(newestOfObjects(pool), size, seed);
};

const newestOfObjects = (pool: readonly PoolCandidate[]): PoolCandidate[] => {
  const newest = new Map<ObjectId, PoolCandidate>();
  for (const row of pool) {
    const known = newest.get(row.objectId);
    if (known === undefined || isNewer(row.candid, known.candid)) newest.set(row.objectId, row);
  }
  return [...newest.values()];
};

// A candid grows with time; it is a decimal number without leading zeros, too large for a double.
const isNewer = (a: Candid, b: Candid): boolean => (a.length === b.length ? a > b : a.length > b.length);
