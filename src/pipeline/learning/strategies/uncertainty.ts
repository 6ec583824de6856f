import type { Probability } from '../../alert.ts';
import { chances, type Strategy, smallest } from './strategy.ts';

/**
 * The smallest |p - 0.5|, most uncertain first: the reference's choice. Ties in an order that the seed
 * decides; alerts without a probability come last. Chance has no part in it, so its labels cannot be weighed
 * and say nothing honest about the accuracy.
 */
export const uncertainty: Strategy = (pool, size, seed) =>
  smallest(
    Float64Array.from(pool, ({ p }) => distanceFromHalf(p)),
    size,
    // Equal distances stay in the order of chance.
    chances(pool, seed),
  ).flatMap((place, order) =>
    pool
      .slice(place, place + 1)
      .map((row) => ({ ...row, drawn: 'uncertainty' as const, q: null, poolSize: pool.length - order })),
  );

/** |p - 0.5|: 0 is most uncertain, 0.5 certain; 1 where there is no probability. */
const distanceFromHalf = (p: Probability | null): number => (p === null ? 1 : Math.abs(p - 0.5));
