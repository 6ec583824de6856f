import type { ModalView, PlainTextOption } from '@slack/types';
import { z } from 'zod';
import type { ModelType } from '../../../../pipeline/learning/label-maps.ts';
import type { AnswerValue, LabelRow } from '../../../../store/schema.ts';
import { answerWords, correctionAnswers } from '../../../content/answer-words.ts';
import { minuteUtc } from '../../../content/format.ts';
import { section } from '../blocks.ts';
import { escapeMrkdwn } from '../mrkdwn.ts';

export const RELABEL_CALLBACK = 'relabel';
export const RELABEL_ANSWER = 'relabel_answer';
export const RELABEL_NOTE = 'relabel_note';

const option = (type: ModelType, answer: AnswerValue): PlainTextOption => ({
  text: { type: 'plain_text', text: answerWords(type, answer) },
  value: answer,
});

const subjectSchema = z.object({ objectId: z.string() });

/** The object in a modal's private metadata. */
export const subjectOfModal = (metadata: string): string =>
  subjectSchema.parse(JSON.parse(metadata)).objectId;

/** Asks for the right label of an object. */
export const relabelModal = (
  label: Pick<LabelRow, 'object_id' | 'answer' | 'user_name' | 'at'>,
  type: ModelType,
): ModalView => ({
  type: 'modal',
  callback_id: RELABEL_CALLBACK,
  private_metadata: JSON.stringify({ objectId: label.object_id }),
  title: { type: 'plain_text', text: 'Correct a label' },
  submit: { type: 'plain_text', text: 'Correct it' },
  close: { type: 'plain_text', text: 'Leave it' },
  blocks: [
    section(
      `*${escapeMrkdwn(label.object_id)}* is labelled *${escapeMrkdwn(answerWords(type, label.answer))}* by ${escapeMrkdwn(
        label.user_name,
      )}, ${minuteUtc(label.at)}. What it was is kept; the next training uses what you choose.`,
    ),
    {
      type: 'input',
      block_id: RELABEL_ANSWER,
      label: { type: 'plain_text', text: 'What it is' },
      element: {
        type: 'radio_buttons',
        action_id: RELABEL_ANSWER,
        options: correctionAnswers(type).map((answer) => option(type, answer)),
        ...(correctionAnswers(type).includes(label.answer)
          ? { initial_option: option(type, label.answer) }
          : {}),
      },
    },
    {
      type: 'input',
      block_id: RELABEL_NOTE,
      optional: true,
      label: { type: 'plain_text', text: 'Why' },
      element: {
        type: 'plain_text_input',
        action_id: RELABEL_NOTE,
        max_length: 300,
        placeholder: { type: 'plain_text', text: 'For the card, so that others can follow' },
      },
    },
  ],
});
