import { isAnswer } from '../../../pipeline/learning/answers.ts';
import type { AnswerValue } from '../../../store/schema.ts';

/**
 * What a component does, what it is about, and of which message it is: `answer galactic 17@card:17`. The key is
 * how a message whose post was not answered is found again in the channel.
 */
export interface ComponentId {
  readonly action: string;
  readonly args: readonly string[];
  /** The key of the message in the store; null in what is said to one person. */
  readonly key: string | null;
}

export const customId = (action: string, args: readonly (string | number)[], key: string | null): string =>
  `${[action, ...args].join(' ')}${key === null ? '' : `@${key}`}`;

export const readCustomId = (id: string): ComponentId => {
  const at = id.indexOf('@');
  const [action = '', ...args] = (at < 0 ? id : id.slice(0, at)).split(' ');
  return { action, args, key: at < 0 ? null : id.slice(at + 1) };
};

/** The answer and candidate in a component's arguments; null where they are not both there. */
export const answerIn = (
  answer: string | undefined,
  candidate: string | undefined,
): { readonly answer: AnswerValue; readonly candidateId: number } | null =>
  answer !== undefined && isAnswer(answer) && candidate !== undefined && /^\d+$/.test(candidate)
    ? { answer, candidateId: Number(candidate) }
    : null;
