import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { AnswerRow } from '../../store/answers/answers.ts';
import { historiesOf } from './round-voices.ts';

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
