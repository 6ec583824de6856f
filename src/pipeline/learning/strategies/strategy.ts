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
 * Chance must come from `chances` or `keyedUniform`: a function of the seed and the candid, so that the
 * order of the rows does not matter.
 */
export type Strategy = (pool: readonly PoolCandidate[], size: number, seed: number) => ChosenCandidate[];

/** The uniform number that the seed gives each candid. */
export const chances = (pool: readonly PoolCandidate[], seed: number): Float64Array =>
  Float64Array.from(pool, ({ candid }) => keyedUniform(seed, candid));

/**
 * Places of the `size` smallest keys, smallest first, as a stable sort would have them: the pool may be a million,
 * the batch is a few.
 * @param ties decides between equal keys; without it, and where it is equal too, the place does
 */
export const smallest = (keys: Float64Array, size: number, ties?: Float64Array): number[] => {
  const before = (a: number, b: number): boolean => {
    const difference =
      (keys[a] ?? 0) - (keys[b] ?? 0) || (ties === undefined ? 0 : (ties[a] ?? 0) - (ties[b] ?? 0));
    return difference === 0 ? a < b : difference < 0;
  };
  const order = (a: number, b: number): number => (before(a, b) ? -1 : 1);
  // Places that may still be among them, cut back to `size` at twice as many.
  let kept: number[] = [];
  let last: number | undefined;
  for (let i = 0; i < keys.length; i += 1) {
    if (last !== undefined && !before(i, last)) continue;
    kept.push(i);
    if (kept.length < 2 * size + 1000) continue;
    kept = kept.sort(order).slice(0, size);
    last = kept.at(-1);
  }
  return kept.sort(order).slice(0, size);
};
