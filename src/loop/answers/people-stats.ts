import { ONE_HALF, predictedClass } from '../../pipeline/learning/accuracy/decision.ts';
import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { type AnswerRow, allAnswers } from '../../store/answers/answers.ts';
import type { Db } from '../../store/open-store.ts';
import { chosenProbabilities } from '../../store/rounds/rounds.ts';
import { type AnswerPace, answerPace } from './answer-pace.ts';
import { historiesOf, isBlind } from './round-votes.ts';

/** What one person has answered, and how it compares. */
export interface PersonStats {
  readonly userId: string;
  readonly name: string;
  /** Answers of class 1, of class 0 and without a class of the model type. */
  readonly positive: number;
  readonly negative: number;
  readonly withoutClass: number;
  /** Answers with a class that somebody else gave one to too, and how many of those agree. */
  readonly shared: number;
  readonly agreed: number;
  /**
   * Answers with a class that the model had a probability for and that were given without seeing it, and how many of
   * them it had right.
   */
  readonly predicted: number;
  readonly asPredicted: number;
  /** How fast they answer; null where they have not answered enough in a row. */
  readonly pace: AnswerPace | null;
}

/** While they are counted, with the times of their answers. */
type Counts = { -readonly [K in keyof PersonStats]: PersonStats[K] } & { readonly times: string[] };

/** Everybody who has answered, most labels first. Of each candidate one's standing answer counts. */
export const readPeopleStats = async (db: Db, type: ModelType): Promise<PersonStats[]> => {
  const probabilities = await chosenProbabilities(db, type);
  const people = new Map<string, Counts>();
  for (const [candidateId, history] of historiesOf(await allAnswers(db))) {
    const chosen = probabilities.get(candidateId);
    const votes = [...history.votes, ...history.late].map((one) => ({
      ...one,
      y: classOf(type, one.answer),
    }));
    for (const { user_id, user_name, y, p_seen, at } of votes) {
      const person = people.get(user_id) ?? {
        userId: user_id,
        name: user_name,
        positive: 0,
        negative: 0,
        withoutClass: 0,
        shared: 0,
        agreed: 0,
        predicted: 0,
        asPredicted: 0,
        pace: null,
        times: [],
      };
      people.set(user_id, person);
      person.times.push(at);
      if (y === null) {
        person.withoutClass += 1;
        continue;
      }
      if (y === 1) person.positive += 1;
      else person.negative += 1;
      for (const other of votes) {
        if (other.user_id === user_id || other.y === null) continue;
        person.shared += 1;
        if (other.y === y) person.agreed += 1;
      }
      if (chosen !== undefined && isBlind({ p_seen })) {
        person.predicted += 1;
        if (predictedClass(chosen.p, chosen.threshold ?? ONE_HALF) === y) person.asPredicted += 1;
      }
    }
  }
  const labels = ({ positive, negative }: PersonStats): number => positive + negative;
  return [...people.values()]
    .map(({ times, ...person }) => ({ ...person, pace: answerPace(times) }))
    .sort((a, b) => labels(b) - labels(a) || a.name.localeCompare(b.name));
};

export interface PersonCount {
  readonly name: string;
  /** Standing votes with a class of the model type. */
  readonly labels: number;
  /** Standing votes without one. */
  readonly skips: number;
}

/** Standing votes by person, most labels first. */
export const answersByPerson = (events: readonly AnswerRow[], type: ModelType): PersonCount[] => {
  const people = new Map<string, PersonCount>();
  for (const { votes } of historiesOf(events).values()) {
    for (const { user_id, user_name, answer } of votes) {
      const { labels, skips } = people.get(user_id) ?? { labels: 0, skips: 0 };
      const counts = classOf(type, answer) !== null;
      people.set(user_id, {
        name: user_name,
        labels: labels + (counts ? 1 : 0),
        skips: skips + (counts ? 0 : 1),
      });
    }
  }
  return [...people.values()].sort((a, b) => b.labels - a.labels || a.name.localeCompare(b.name));
};
