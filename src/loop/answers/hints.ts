import type { AnswerRow } from '../../store/answers/answers.ts';
import type { CandidateRow } from '../../store/schema.ts';

/**
 * When people see the model's probability of a candidate, and the answers of others. `after`: once it is decided;
 * those who have answered are told at once, privately. `before`: on every card.
 */
export type Hints = 'after' | 'before';

/**
 * Whether somebody who answers now could have seen P(class 1) on the card or in a note: always where it is
 * shown before; else once the candidate was decided, even if that was undone, or this person had answered it.
 * @param events the candidate's so far
 */
export const couldSeeP = (
  { p, state }: Pick<CandidateRow, 'p' | 'state'>,
  events: readonly Pick<AnswerRow, 'user_id' | 'decided'>[],
  userId: string,
  hints: Hints,
): boolean => {
  if (p === null) return false;
  if (hints === 'before' || state !== 'open') return true;
  return events.some(({ user_id, decided }) => user_id === userId || decided === 1);
};
