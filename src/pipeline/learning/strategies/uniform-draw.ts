import { chances, type Strategy, smallest } from './strategy.ts';

/** Drawn uniformly without replacement. */
export const uniformDraw: Strategy = (pool, size, seed) =>
  smallest(chances(pool, seed), size).flatMap((place, order) => {
    const poolSize = pool.length - order;
    return pool
      .slice(place, place + 1)
      .map((row) => ({ ...row, drawn: 'random' as const, q: 1 / poolSize, poolSize }));
  });
