import type { Strategy } from './strategy.ts';
import { uncertainty } from './uncertainty.ts';
import { uniformDraw } from './uniform-draw.ts';

/** Of ten candidates this many are drawn at random from the whole pool, to measure the accuracy on. */
const AUDIT_OF_TEN = 2;

/** The most uncertain candidates, with audit candidates among them that were drawn uniformly before. */
export const auditedUncertainty: Strategy = (pool, size, seed) => {
  const audits = uniformDraw(pool, Math.min(size, Math.max(1, Math.round((size * AUDIT_OF_TEN) / 10))), seed);
  const drawn = new Set(audits.map(({ candid }) => candid));
  const rest = pool.filter(({ candid }) => !drawn.has(candid));
  return [...audits, ...uncertainty(rest, size - audits.length, seed)];
};
