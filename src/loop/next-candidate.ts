import {
  type ChosenCandidate,
  type PoolCandidate,
  selectCandidates,
} from '../pipeline/learning/select-candidates.ts';
import { readPool } from '../store/alerts.ts';
import { scoresBy } from '../store/models.ts';
import type { Db } from '../store/open-store.ts';
import { candidatesOf, type NewCandidate } from '../store/rounds.ts';
import type { RoundRow } from '../store/schema.ts';

/** The pool with P(galactic) by the model, null where that model did not score an alert. */
export const scoredPool = async (db: Db, modelId: number | null): Promise<PoolCandidate[]> => {
  const pool = await readPool(db);
  const scores = modelId === null ? new Map<string, number>() : await scoresBy(db, modelId);
  return pool.map(({ candid, objectId }) => ({ candid, objectId, p: scores.get(candid) ?? null }));
};

/**
 * Who takes the place of a skipped candidate: the next of the same order from which the round was chosen,
 * of objects the round has not had. Null when the pool is used up.
 */
export const nextCandidate = async (db: Db, round: RoundRow): Promise<NewCandidate | null> => {
  const used = new Set((await candidatesOf(db, round.id)).map((candidate) => candidate.object_id));
  const pool = (await scoredPool(db, round.model_id)).filter(({ objectId }) => !used.has(objectId));
  const [chosen] = selectCandidates(pool, { strategy: round.strategy, size: 1, seed: round.seed });
  return chosen === undefined ? null : newCandidate(chosen);
};

/** A chosen alert as the store takes it. */
export const newCandidate = ({ candid, objectId, drawn, p, q, poolSize }: ChosenCandidate): NewCandidate => ({
  candid,
  objectId,
  drawn,
  pGalactic: p,
  q,
  poolSize,
});
