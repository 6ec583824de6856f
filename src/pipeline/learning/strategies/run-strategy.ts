import type { Candid, ObjectId } from '../../alert.ts';
import { auditedUncertainty } from './audited-uncertainty.ts';
import { focusedUncertainty } from './focused-uncertainty.ts';
import type { ChosenCandidate, Drawn, PoolCandidate, Strategy } from './strategy.ts';
import { uncertainty } from './uncertainty.ts';
import { uniformDraw } from './uniform-draw.ts';
import { weightedUncertainty } from './weighted-uncertainty.ts';

export type { ChosenCandidate, Drawn, PoolCandidate } from './strategy.ts';

/** How a batch may be chosen; each is described in its file. */
export const STRATEGY_NAMES = [
  'random',
  'uncertainty',
  'weighted-uncertainty',
  'focused-uncertainty',
  'audited-uncertainty',
] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];

/**
 * The one that learns fastest among those whose reported accuracy is honest, see docs/learning.md. The first
 * batch is drawn at random whatever the strategy, for there is no model yet.
 */
export const DEFAULT_STRATEGY: StrategyName = 'focused-uncertainty';

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
  random: uniformDraw,
  uncertainty,
  'weighted-uncertainty': weightedUncertainty,
  'focused-uncertainty': focusedUncertainty,
  'audited-uncertainty': auditedUncertainty,
};

const kinds: Readonly<Record<Drawn, StrategyName>> = {
  random: 'random',
  uncertainty: 'uncertainty',
  weighted: 'weighted-uncertainty',
};

/**
 * The next candidates from a pool, at most one of an object (its newest alert).
 *
 * Chance is a function of the seed and the candid, not of a row's place, so the choice does not depend on the
 * order of the rows. A skipped candidate is replaced by asking for one more, with the same seed, from the pool
 * without those already drawn.
 *
 * @example selectCandidates(pool, { strategy: 'uncertainty', size: 10, seed: 7 })
 */
export const selectCandidates = (pool: readonly PoolCandidate[], selection: Selection): ChosenCandidate[] =>
  selectOfObjects(newestOfObjects(pool), selection);

/** The same from a pool that has one alert of an object, such as the store's. */
export const selectOfObjects = (
  pool: readonly PoolCandidate[],
  { strategy, size, seed, replaces }: Selection,
): ChosenCandidate[] => {
  // An audited batch is of two kinds: a replacement must be of its candidate's kind.
  const kind = strategy === 'audited-uncertainty' && replaces !== undefined ? kinds[replaces] : strategy;
  return strategies[kind](pool, size, seed);
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
