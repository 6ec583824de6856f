import type { AnswerHistory } from '../../../loop/answers/read-answers.ts';
import type { Remark } from '../../../loop/answers/record-answer.ts';
import type { ModelType } from '../../../pipeline/learning/label-maps.ts';
import type { AnswerRow } from '../../../store/answers/answers.ts';
import type { AnswerValue } from '../../../store/schema.ts';

/** Most characters of a comment. */
export const LONGEST_NOTE = 300;

/** A form in which somebody answers a candidate and says something with it. */
export interface RemarkForm {
  readonly modelType: ModelType;
  readonly candidateId: number;
  readonly objectId: string;
  /** What they have answered; null while they have not. */
  readonly answer: AnswerValue | null;
  readonly remark: Remark;
}

/** `not sure, “a host north of it”`; empty where nothing is said. */
export const remarkWords = ({ note, unsure }: Remark): string =>
  [unsure ? 'not sure' : null, note === null ? null : `“${note}”`].filter((part) => part !== null).join(', ');

/** What an answer's giver says with it. */
export const remarkOf = ({ note, unsure }: Pick<AnswerRow, 'note' | 'unsure'>): Remark => ({
  note,
  unsure: unsure === 1,
});

/** `Vera: not sure, “a host north of it”`, a line each of those who say something with their answer. */
export const remarkLines = ({ votes, late, disagreements }: AnswerHistory): string[] => {
  const lines = [...votes, ...late, ...disagreements].flatMap((answer) => {
    const words = remarkWords(remarkOf(answer));
    return words === '' ? [] : [`${answer.user_name}: ${words}`];
  });
  return [...new Set(lines)];
};
