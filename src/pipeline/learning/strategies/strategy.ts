import type { Candid, ObjectId, Probability } from '../../alert.ts';
import { keyedUniform } from '../seeded-random.ts';

/** An alert that may become a candidate. `p` is P(galactic) by the latest model, null without one. */
export interface PoolCandidate {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  readonly p: Probability | null;
}

/** How one candidate was drawn: uniformly, as one of the most uncertain, or by chance that uncertainty weighs. */
export type Drawn = 'random' | 'uncertainty' | 'weighted';

/** A candidate that was chosen, with what is needed to weigh its label later. */
export interface ChosenCandidate extends PoolCandidate {
  readonly drawn: Drawn;
  /** Probability with which it was drawn among those not yet drawn; null when chance had no part in it. */
  readonly q: Probability | null;
  /** Candidates not yet drawn, this one included. */
  readonly poolSize: number;
}

/**
 * How a batch is chosen: `size` of `pool`, in the order drawn; fewer when the pool is smaller. The pool has
 * one alert of each object.
 *
 * Chance must come from `inOrderOfChance` or `keyedUniform`: a function of the seed and the candid, so that the
 * order of the rows does not matter.
 */
export type Strategy = (pool: readonly PoolCandidate[], size: number, seed: number) => ChosenCandidate[];

/** In ascending order of the uniform number that the seed gives each candid. */
export const inOrderOfChance = (pool: readonly PoolCandidate[], seed: number): PoolCandidate[] =>
  pool
    .map((row) => ({ row, key: keyedUniform(seed, row.candid) }))
    .sort((a, b) => a.key - b.key)
    .map(({ row }) => row);
