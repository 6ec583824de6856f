import {
  type ChosenCandidate,
  selectCandidates,
} from '../../pipeline/learning/strategies/select-candidates.ts';
import { readPool } from '../../store/intake/alerts.ts';
import type { Db } from '../../store/open-store.ts';
import { candidatesOf, type NewCandidate } from '../../store/rounds/rounds.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';

/**
 * Who takes the place of a skipped candidate: the next of the same order from which that one was chosen, of
 * objects the round has not had. Null when the pool is used up.
 */
export const nextCandidate = async (
  db: Db,
  round: RoundRow,
  skipped: Pick<CandidateRow, 'drawn'>,
): Promise<NewCandidate | null> => {
  const used = new Set((await candidatesOf(db, round.id)).map((candidate) => candidate.object_id));
  const pool = (await readPool(db, round.model_id)).filter(({ objectId }) => !used.has(objectId));
  const { strategy, seed } = round;
  const [chosen] = selectCandidates(pool, { strategy, size: 1, seed, replaces: skipped.drawn });
  return chosen === undefined ? null : newCandidate(chosen);
};

/** A chosen alert as the store takes it. */
export const newCandidate = ({ candid, objectId, drawn, p, q, poolSize }: ChosenCandidate): NewCandidate => ({
  candid,
  objectId,
  drawn,
  p,
  q,
  poolSize,
});
