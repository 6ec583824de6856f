import type { AnswerOutcome } from '../../loop/record-answer.ts';
import { ANSWER_WORDS } from '../content/card.ts';
import { minuteUtc } from '../content/format.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';

/** The private note to somebody who answered a candidate that was decided already. */
export const lateAnswerText = (outcome: Extract<AnswerOutcome, { kind: 'late' }>, userId: string): string => {
  const { by, objectId } = outcome;
  const who = by.userId === userId ? 'You' : escapeMrkdwn(by.name);
  return `${who} answered ${escapeMrkdwn(objectId)} first: *${ANSWER_WORDS[by.answer]}*, ${minuteUtc(
    by.at,
  )}. Your answer is kept beside it and changes nothing.`;
};
