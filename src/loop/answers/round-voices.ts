import { type AnswerRow, answersOfRound } from '../../store/answers/answers.ts';
import { labelsOfRound } from '../../store/answers/labels.ts';
import type { Db } from '../../store/open-store.ts';
import { candidatesOf } from '../../store/rounds/rounds.ts';
import type { CandidateRow, LabelRow } from '../../store/schema.ts';
import { type AnswerHistory, readAnswers } from './read-answers.ts';

/** Who said what in a round. */
export interface RoundVoices {
  readonly candidates: readonly CandidateRow[];
  /** By candidate id. */
  readonly histories: ReadonlyMap<number, AnswerHistory>;
  readonly labels: readonly LabelRow[];
}

/** Events, oldest first, as one history a candidate. */
export const historiesOf = (events: readonly AnswerRow[]): Map<number, AnswerHistory> => {
  const byCandidate = new Map<number, AnswerRow[]>();
  for (const event of events) {
    const sofar = byCandidate.get(event.candidate_id);
    if (sofar === undefined) byCandidate.set(event.candidate_id, [event]);
    else sofar.push(event);
  }
  return new Map([...byCandidate].map(([id, own]) => [id, readAnswers(own)]));
};

export const readRoundVoices = async (db: Db, roundId: number): Promise<RoundVoices> => ({
  candidates: await candidatesOf(db, roundId),
  histories: historiesOf(await answersOfRound(db, roundId)),
  labels: await labelsOfRound(db, roundId),
});
