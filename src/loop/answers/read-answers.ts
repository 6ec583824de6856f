import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { AnswerRow } from '../../store/answers/answers.ts';
import type { AnswerValue } from '../../store/schema.ts';

/** What a candidate's events, oldest first, come to. One entry a person in each list. */
export interface AnswerHistory {
  /** Votes that stand, in the order in which their authors first voted. */
  readonly votes: readonly AnswerRow[];
  /** Answers that came after the decision. */
  readonly late: readonly AnswerRow[];
  /** Late answers that their authors stand by. */
  readonly disagreements: readonly AnswerRow[];
}

export const readAnswers = (events: readonly AnswerRow[]): AnswerHistory => {
  const votes = new Map<string, AnswerRow>();
  const late = new Map<string, AnswerRow>();
  const disagreements = new Map<string, AnswerRow>();
  for (const event of events) {
    switch (event.kind) {
      case 'vote':
        votes.set(event.user_id, event);
        // A new vote replaces what this person said of an earlier decision.
        late.delete(event.user_id);
        disagreements.delete(event.user_id);
        break;
      case 'undo':
        votes.delete(event.user_id);
        break;
      case 'late':
        late.set(event.user_id, event);
        break;
      case 'disagree':
        disagreements.set(event.user_id, event);
        break;
      case 'remark':
        for (const answers of [votes, late, disagreements]) {
          const about = answers.get(event.user_id);
          if (about?.answer === event.answer)
            answers.set(event.user_id, { ...about, note: event.note, unsure: event.unsure });
        }
        break;
    }
  }
  return { votes: [...votes.values()], late: [...late.values()], disagreements: [...disagreements.values()] };
};

/** Votes for a class other than the decided one, and disagreements with it. */
export const dissentFrom = (history: AnswerHistory, answer: AnswerValue, type: ModelType): AnswerRow[] => {
  const decided = classOf(type, answer);
  return [
    ...history.votes.filter((vote) => classOf(type, vote.answer) !== decided),
    ...history.disagreements.filter((one) => one.answer !== answer),
  ];
};

export interface Decision {
  readonly answer: AnswerValue;
  readonly y: 0 | 1 | null;
  /** The vote that stands for the decision: the first one of the winning side. */
  readonly vote: AnswerRow;
  /** No class had the most votes. */
  readonly tie: boolean;
  /** People voted for both classes. */
  readonly disputed: boolean;
}

/** Groups in the order of their first member. */
const groupBy = <T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
};

/** The largest group; null when two are equally large. */
const largest = <K, T>(groups: ReadonlyMap<K, T[]>): T[] | null => {
  const [first, second] = [...groups.values()].sort((a, b) => b.length - a.length);
  return first === undefined || first.length === second?.length ? null : first;
};

/** The user id of labels that a tie made. */
export const TIE = 'tie';

/** What a tie comes to: that it is real, where all say so and it settles nothing; else it is as if skipped. */
const answerOfTie = (votes: readonly AnswerRow[], type: ModelType): AnswerValue =>
  classOf(type, 'unclear') === null && votes.every(({ answer }) => classOf('real', answer) === 1)
    ? 'unclear'
    : 'skip';

/**
 * Decides a candidate once `quorum` people have voted: the class with the most votes, and within it the
 * finer answer with the most. A tie decides nothing about the sky: the candidate is left without a class.
 * Null while votes are missing.
 */
export const decide = (votes: readonly AnswerRow[], quorum: number, type: ModelType): Decision | null => {
  const [first] = votes;
  if (first === undefined || votes.length < quorum) return null;
  const byClass = groupBy(votes, (vote) => classOf(type, vote.answer));
  const disputed = byClass.has(0) && byClass.has(1);
  const winners = largest(byClass);
  if (winners === null)
    return { answer: answerOfTie(votes, type), y: null, vote: first, tie: true, disputed };
  const finest = largest(groupBy(winners, (vote) => vote.answer)) ?? winners;
  const [vote] = finest;
  if (vote === undefined) throw new Error('a group of votes is never empty');
  return { answer: vote.answer, y: classOf(type, vote.answer), vote, tie: false, disputed };
};
