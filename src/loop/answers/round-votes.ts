import { cohenKappa } from '../../pipeline/learning/accuracy/agreement.ts';
import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { type AnswerRow, answersOfRound } from '../../store/answers/answers.ts';
import { labelsOfRound } from '../../store/answers/labels.ts';
import type { Db } from '../../store/open-store.ts';
import { candidatesOf } from '../../store/rounds/rounds.ts';
import type { CandidateRow, LabelRow } from '../../store/schema.ts';
import { type AnswerHistory, readAnswers } from './read-answers.ts';

/** Who said what in a round. */
export interface RoundVotes {
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

export const readRoundVotes = async (db: Db, roundId: number): Promise<RoundVotes> => ({
  candidates: await candidatesOf(db, roundId),
  histories: historiesOf(await answersOfRound(db, roundId)),
  labels: await labelsOfRound(db, roundId),
});

export interface VotersAgreement {
  /** Fleiss' kappa: 1 is perfect, 0 is chance. */
  readonly kappa: number;
  /** Candidates with at least two blind votes that have a class. */
  readonly candidates: number;
}

/** Whether people answered without being able to see what the model thinks; not where that was not kept. */
export const isBlind = ({ p_seen }: Pick<AnswerRow, 'p_seen'>): boolean => p_seen === 0;

/**
 * Agreement of those who voted blind on the same candidates, on their class. Every pair of votes on a
 * candidate enters in both orders, which makes Cohen's kappa Fleiss' (Fleiss 1971, Psychol. Bull. 76, 378):
 * who gave which vote plays no part. Null while no candidate has two votes.
 */
export const votersAgreement = (
  histories: Iterable<AnswerHistory>,
  type: ModelType,
): VotersAgreement | null => {
  const a: number[] = [];
  const b: number[] = [];
  let candidates = 0;
  for (const { votes } of histories) {
    const blind = votes.filter(isBlind);
    const classes = blind.map(({ answer }) => classOf(type, answer)).filter((one) => one !== null);
    if (classes.length < 2) continue;
    candidates += 1;
    classes.forEach((one, i) => {
      classes.forEach((other, j) => {
        if (i === j) return;
        a.push(one);
        b.push(other);
      });
    });
  }
  const kappa = cohenKappa(a, b);
  return kappa === null ? null : { kappa, candidates };
};
