import { isAnswer } from '../../../pipeline/learning/answers.ts';
import type { AnswerValue } from '../../../store/schema.ts';

/**
 * What a component does, its arguments, and its message's key: `answer galactic 17@card:17`. The key finds a
 * message whose post was not answered.
 */
export interface ComponentId {
  readonly action: string;
  readonly args: readonly string[];
  /** The message's key in the store; null in private messages. */
  readonly key: string | null;
}

export const customId = (action: string, args: readonly (string | number)[], key: string | null): string =>
  `${[action, ...args].join(' ')}${key === null ? '' : `@${key}`}`;

export const readCustomId = (id: string): ComponentId => {
  const at = id.indexOf('@');
  const [action = '', ...args] = (at < 0 ? id : id.slice(0, at)).split(' ');
  return { action, args, key: at < 0 ? null : id.slice(at + 1) };
};

/** The answer and candidate in a component's arguments; null if either is missing. */
export const answerIn = (
  answer: string | undefined,
  candidate: string | undefined,
): { readonly answer: AnswerValue; readonly candidateId: number } | null =>
  answer !== undefined && isAnswer(answer) && candidate !== undefined && /^\d+$/.test(candidate)
    ? { answer, candidateId: Number(candidate) }
    : null;
