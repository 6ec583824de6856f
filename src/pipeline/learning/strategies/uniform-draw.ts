import { inOrderOfChance, type Strategy } from './strategy.ts';

/** Drawn uniformly without replacement. */
export const uniformDraw: Strategy = (pool, size, seed) =>
  inOrderOfChance(pool, seed)
    .slice(0, size)
    .map((row, order) => {
      const poolSize = pool.length - order;
      return { ...row, drawn: 'random', q: 1 / poolSize, poolSize };
    });
