import type { AnswerOutcome } from '../../../loop/answers/record-answer.ts';
import { type AnswerValue, isAnswer } from '../../../pipeline/learning/answers.ts';
import type { ModelType } from '../../../pipeline/learning/label-maps.ts';
import type { Access } from '../../access.ts';
import { answerWords } from '../../content/answer-words.ts';
import { minuteUtc } from '../../content/format.ts';
import { section } from './blocks.ts';
import { menuValue } from './card-message.ts';
import type { MessageBlock, SlackMessage } from './message.ts';
import { escapeMrkdwn, mentions } from './mrkdwn.ts';

export const DISAGREE_ACTION = 'disagree';

/** The answer and candidate in a value that `menuValue` made; null if it is not one. */
export const readMenuValue = (
  value: string | undefined,
): { readonly answer: AnswerValue; readonly candidateId: number } | null => {
  const [answer = '', id = ''] = (value ?? '').split(':');
  return isAnswer(answer) && /^\d+$/.test(id) ? { answer, candidateId: Number(id) } : null;
};

/** The private note to somebody who answered a candidate that was decided already. */
export const lateAnswerMessage = (
  outcome: Extract<AnswerOutcome, { kind: 'late' }>,
  userId: string,
  type: ModelType,
): SlackMessage => {
  const { by, objectId, given, candidateId, differs } = outcome;
  const mine = by.userId === userId;
  const decided = `${mine ? 'You' : escapeMrkdwn(by.name)} answered ${escapeMrkdwn(objectId)} first: *${escapeMrkdwn(
    answerWords(type, by.answer),
  )}*, ${minuteUtc(by.at)}.`;
  const rest = !differs
    ? ' Your answer is kept as a second opinion; it agrees.'
    : mine
      ? ` To change it, press Undo on the card while the round is open; after that, \`/finkvra relabel ${escapeMrkdwn(objectId)}\`.`
      : ' Your answer is kept beside it; the label stays as it is.';
  const text = decided + rest;
  const blocks: MessageBlock[] = [section(text)];
  if (differs && !mine && given !== 'skip') {
    blocks.push({
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: DISAGREE_ACTION,
          text: { type: 'plain_text', text: `I disagree: ${answerWords(type, given)}` },
          value: menuValue(given, candidateId),
        },
      ],
    });
  }
  return { text, blocks };
};

/** The private note to somebody who may not do what they tried, with whom to ask. */
export const refusalText = (what: 'label' | 'operate', access: Access): string =>
  what === 'label'
    ? `Labels are given by ${mentions(access.labellers)} here. Ask ${mentions(access.operators)} to be added (the setting LABELLERS).`
    : `Only ${mentions(access.operators)} may do this. Ask one of them, or ask to be added (the setting OPERATORS).`;
