import { predictedClass } from '../../pipeline/learning/accuracy/decision.ts';
import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { type AnswerHistory, dissentFrom, TIE } from '../answers/read-answers.ts';
import { type RoundVotes, readRoundVotes, votersAgreement } from '../answers/round-votes.ts';
import { decisionThresholdOf, toldProbability } from '../rounds/read-model.ts';
import type { FrozenRound, RoundProgress } from './frozen-round.ts';

/** Standing votes with a class, by person, most first. */
const countPeople = (histories: Iterable<AnswerHistory>, type: ModelType): RoundProgress['people'] => {
  const counts = new Map<string, { name: string; count: number }>();
  for (const { votes } of histories) {
    for (const { user_id, user_name, answer: given } of votes) {
      if (classOf(type, given) === null) continue;
      counts.set(user_id, { name: user_name, count: (counts.get(user_id)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
};

const disputedOf = ({ histories, labels }: RoundVotes, type: ModelType): FrozenRound['disputed'] =>
  labels.flatMap((label) => {
    const history = histories.get(label.candidate_id ?? -1);
    const dissent = history === undefined ? [] : dissentFrom(history, label.answer, type);
    if (dissent.length === 0) return [];
    return [
      {
        objectId: label.object_id,
        answer: label.answer,
        by: label.user_id === TIE ? null : label.user_name,
        others: dissent.map(({ user_name, answer: given }) => ({ name: user_name, answer: given })),
      },
    ];
  });

/** Of standing answers: which were given as not sure. */
const notSureOf = ({ candidates, histories, labels }: RoundVotes): NonNullable<FrozenRound['notSure']> => {
  const answers = new Map(labels.map((label) => [label.candidate_id, label.answer]));
  const objects = candidates.flatMap(({ id, object_id: objectId }) => {
    const unsure = histories.get(id)?.votes.filter((vote) => vote.unsure === 1) ?? [];
    const names = unsure.map(({ user_name }) => user_name);
    return names.length === 0 ? [] : [{ objectId, answer: answers.get(id) ?? null, names }];
  });
  return { answers: [...histories.values()].reduce((total, { votes }) => total + votes.length, 0), objects };
};

/** How far a round is, and who has answered. */
export const progressOf = (votes: RoundVotes, type: ModelType): RoundProgress => {
  const count = (state: CandidateRow['state']): number =>
    votes.candidates.filter((candidate) => candidate.state === state).length;
  return {
    labelled: count('labelled'),
    total: count('labelled') + count('open'),
    skipped: count('skipped'),
    disputed: disputedOf(votes, type).length,
    people: countPeople(votes.histories.values(), type),
  };
};

/** P(class 1) of a round's candidates as people are told it, and the classes that they were taken for. */
const opinionsOf = async (db: Db, round: RoundRow) => {
  const told = await toldProbability(db, round);
  const threshold = await decisionThresholdOf(db, round.model_id);
  return (candidate: CandidateRow): Pick<FrozenRound['candidates'][number], 'p' | 'predicted'> => {
    const p = told(candidate);
    return p === null || candidate.p === null
      ? { p: null, predicted: null }
      : { p, predicted: predictedClass(candidate.p, threshold) };
  };
};

/** What a round's answers come to now. Kept in its report when it closes, and read from there ever after. */
export const freezeRound = async (db: Db, round: RoundRow, quorum: number): Promise<FrozenRound> => {
  const votes = await readRoundVotes(db, round.id);
  const opinionOf = await opinionsOf(db, round);
  const answers = new Map(votes.labels.map((label) => [label.candidate_id, label.answer]));
  return {
    quorum,
    progress: progressOf(votes, round.model_type),
    agreement: votersAgreement(votes.histories.values(), round.model_type),
    disputed: disputedOf(votes, round.model_type),
    notSure: notSureOf(votes),
    candidates: votes.candidates.map((candidate) => ({
      id: candidate.id,
      candid: candidate.candid,
      objectId: candidate.object_id,
      ...opinionOf(candidate),
      answer: answers.get(candidate.id) ?? null,
    })),
  };
};
