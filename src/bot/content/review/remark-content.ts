import type { AnswerHistory } from '../../../loop/answers/read-answers.ts';
import type { Remark } from '../../../loop/answers/record-answer.ts';
import type { ModelType } from '../../../pipeline/learning/label-maps.ts';
import type { AnswerRow } from '../../../store/answers/answers.ts';
import type { AnswerValue } from '../../../store/schema.ts';

/** Longest comment, characters. */
export const LONGEST_NOTE = 300;

/** The form for an answer with a comment. */
export interface RemarkForm {
  readonly modelType: ModelType;
  readonly candidateId: number;
  readonly objectId: string;
  /** The person's answer; null if there is none. */
  readonly answer: AnswerValue | null;
  readonly remark: Remark;
}

/** `not sure, “a host north of it”`; empty without a remark. */
export const remarkWords = ({ note, unsure }: Remark): string =>
  [unsure ? 'not sure' : null, note === null ? null : `“${note}”`].filter((part) => part !== null).join(', ');

/** The remark on a vote. */
export const remarkOf = ({ note, unsure }: Pick<AnswerRow, 'note' | 'unsure'>): Remark => ({
  note,
  unsure: unsure === 1,
});

/** `Vera: not sure, “a host north of it”`, a line per person with a remark. */
export const remarkLines = ({ votes, late, disagreements }: AnswerHistory): string[] => {
  const lines = [...votes, ...late, ...disagreements].flatMap((answer) => {
    const words = remarkWords(remarkOf(answer));
    return words === '' ? [] : [`${answer.user_name}: ${words}`];
  });
  return [...new Set(lines)];
};
