import type { AnswerRow } from '../../store/answers/answers.ts';
import type { Db } from '../../store/open-store.ts';
import { findRound, roundUnderWay } from '../../store/rounds/rounds.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import type { AnswerHistory } from './read-answers.ts';
import { readRoundVotes } from './round-votes.ts';

/** Open candidates that somebody has not voted on, in the order in which they are asked. */
export const waitingFor = (
  userId: string,
  candidates: readonly CandidateRow[],
  histories: ReadonlyMap<number, AnswerHistory>,
): CandidateRow[] =>
  candidates.filter(
    ({ id, state }) =>
      state === 'open' && histories.get(id)?.votes.some(({ user_id }) => user_id === userId) !== true,
  );

/** A round as one person sees it. */
export interface PersonalRound {
  readonly round: RoundRow;
  readonly candidates: readonly CandidateRow[];
  readonly waiting: readonly CandidateRow[];
  /** Their answers that stand, late ones too, oldest first. */
  readonly given: readonly AnswerRow[];
}

/** @param roundId null: the one under way. @returns null where there is none */
export const readPersonalRound = async (
  db: Db,
  userId: string,
  roundId: number | null,
): Promise<PersonalRound | null> => {
  const round = await (roundId === null ? roundUnderWay(db) : findRound(db, roundId));
  if (round === undefined) return null;
  const { candidates, histories } = await readRoundVotes(db, round.id);
  const given = [...histories.values()]
    .flatMap(({ votes, late }) => [...votes, ...late])
    .filter(({ user_id }) => user_id === userId)
    .sort((a, b) => a.id - b.id);
  const waiting = round.state === 'open' ? waitingFor(userId, candidates, histories) : [];
  return { round, candidates, waiting, given };
};
