import {
  type ChosenCandidate,
  type PoolCandidate,
  type StrategyName,
  selectOfObjects,
} from '../../pipeline/learning/strategies/run-strategy.ts';
import type { NewCandidate } from '../../store/rounds/rounds.ts';

/** Spares a candidate: more are skipped only where nearly everything is. */
const SPARES_EACH = 5;

export interface Draw {
  readonly strategy: StrategyName;
  readonly size: number;
  readonly seed: number;
}

/** Candidates of a round, and who takes the places of skipped ones: each with the chance of its draw. */
export interface Chosen {
  readonly candidates: readonly NewCandidate[];
  readonly spares: readonly NewCandidate[];
}

/**
 * Draws `size` candidates from the pool, and spares after them, so that a skip need not read the pool. The same
 * seed draws the same ones.
 */
export const drawCandidates = (pool: readonly PoolCandidate[], { strategy, size, seed }: Draw): Chosen => {
  const spares = size * SPARES_EACH;
  if (strategy !== 'audited-uncertainty') {
    const drawn = selectOfObjects(pool, { strategy, size: size + spares, seed }).map(newCandidate);
    return { candidates: drawn.slice(0, size), spares: drawn.slice(size) };
  }
  // In a batch of two kinds, a replacement is of the same kind as the candidate.
  const candidates = selectOfObjects(pool, { strategy, size, seed }).map(newCandidate);
  const taken = new Set(candidates.map(({ candid }) => candid));
  const rest = pool.filter(({ candid }) => !taken.has(candid));
  const kinds = [...new Set(candidates.map(({ drawn }) => drawn))];
  return {
    candidates,
    spares: kinds.flatMap((replaces) =>
      selectOfObjects(rest, { strategy, size: spares, seed, replaces }).map(newCandidate),
    ),
  };
};

/** A chosen alert as the store takes it. */
const newCandidate = ({ candid, objectId, drawn, p, q, poolSize }: ChosenCandidate): NewCandidate => ({
  candid,
  objectId,
  drawn,
  p,
  q,
  poolSize,
});
