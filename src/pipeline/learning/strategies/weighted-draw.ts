import type { Probability } from '../../alert.ts';
import { createRandom, keyedUniform } from '../seeded-random.ts';
import { type Strategy, smallest } from './strategy.ts';

/** Share of the probability that goes by uncertainty; the rest is uniform, so that no label weighs too much. */
const BY_UNCERTAINTY = 0.8;

/** Keeps certain alerts from having no weight at all. */
const FLOOR = 0.05;

/**
 * A strategy that draws by chance, without replacement, with s = 0.8 w / sum(w) + 0.2 / N,
 * w = (u + 0.05)^power and the uncertainty u = 1 - |2p - 1|. The probability of each draw is kept
 * (q = s / sum of s over those not yet drawn), so that every label can be weighed to stand for the pool.
 *
 * Drawn as the largest of ln s - ln(-ln U), U uniform: the Gumbel-max trick, which in descending order is
 * successive drawing without replacement (Kool et al. 2019, arXiv 1903.06059).
 */
export const weightedDraw =
  (power: number): Strategy =>
  (pool, size, seed) => {
    const weights = Float64Array.from(pool, ({ p }) => (uncertaintyOf(p) + FLOOR) ** power);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    // Shares depend on the whole pool, so a replacement is a draw of its own from what is left. It uses random
    // numbers of its own, so that its q does not depend on what was drawn before.
    const own = createRandom(seed, pool.length).int32();
    const shares = weights.map(
      (weight) => (BY_UNCERTAINTY * weight) / sum + (1 - BY_UNCERTAINTY) / pool.length,
    );
    // The largest are wanted.
    const keys = Float64Array.from(
      pool,
      ({ candid }, i) => Math.log(-Math.log(keyedUniform(own, candid))) - Math.log(shares[i] ?? 0),
    );
    let left = shares.reduce((total, s) => total + s, 0);
    return smallest(keys, size).flatMap((place, order) => {
      const s = shares[place] ?? 0;
      const q = Math.min(1, s / left);
      left -= s;
      return pool
        .slice(place, place + 1)
        .map((row) => ({ ...row, drawn: 'weighted' as const, q, poolSize: pool.length - order }));
    });
  };

/** 1 - |2p - 1|: 1 at p = 0.5, 0 at certainty; most uncertain where there is no probability. */
const uncertaintyOf = (p: Probability | null): number => (p === null ? 1 : 1 - Math.abs(2 * p - 1));
