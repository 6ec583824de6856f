import type { AnswerRow } from '../store/answers.ts';
import { classOf } from './answer-class.ts';
import { historiesOf } from './round-voices.ts';

export interface PersonCount {
  readonly name: string;
  /** Standing votes with a class. */
  readonly labels: number;
  /** Standing votes without one. */
  readonly skips: number;
}

/** Standing votes by person, most labels first. */
export const answersByPerson = (events: readonly AnswerRow[]): PersonCount[] => {
  const people = new Map<string, PersonCount>();
  for (const { votes } of historiesOf(events).values()) {
    for (const { user_id, user_name, answer } of votes) {
      const { labels, skips } = people.get(user_id) ?? { labels: 0, skips: 0 };
      const counts = classOf(answer) !== null;
      people.set(user_id, {
        name: user_name,
        labels: labels + (counts ? 1 : 0),
        skips: skips + (counts ? 0 : 1),
      });
    }
  }
  return [...people.values()].sort((a, b) => b.labels - a.labels || a.name.localeCompare(b.name));
};
