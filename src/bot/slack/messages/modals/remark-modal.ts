import type { ModalView, PlainTextOption } from '@slack/types';
import { z } from 'zod';
import type { AnswerValue } from '../../../../store/schema.ts';
import { answerWords } from '../../../content/answer-words.ts';
import { LONGEST_NOTE, type RemarkForm } from '../../../content/review/remark-content.ts';
import { reviewAnswers } from '../../../content/review/review-content.ts';
import { section } from '../blocks.ts';
import { escapeMrkdwn } from '../mrkdwn.ts';

export const REMARK_CALLBACK = 'remark';
export const REMARK_ANSWER = 'remark_answer';
export const REMARK_NOTE = 'remark_note';
export const REMARK_UNSURE = 'remark_unsure';

const subjectSchema = z.object({
  candidateId: z.number(),
  /** The review that it was opened from, at that step. */
  review: z.object({ viewId: z.string(), hash: z.string(), metadata: z.string() }).nullable(),
});
export type RemarkSubject = z.infer<typeof subjectSchema>;

/** The candidate in a form's private metadata. */
export const subjectOfRemark = (metadata: string): RemarkSubject => subjectSchema.parse(JSON.parse(metadata));

const UNSURE: PlainTextOption = { text: { type: 'plain_text', text: 'I am not sure' }, value: 'unsure' };

/** Asks for an answer with a comment. */
export const remarkModal = (form: RemarkForm, review: RemarkSubject['review']): ModalView => {
  const { modelType: type, candidateId, objectId, answer, remark } = form;
  const option = (one: AnswerValue): PlainTextOption => ({
    text: { type: 'plain_text', text: one === 'skip' ? 'Skip' : answerWords(type, one) },
    value: one,
  });
  const subject: RemarkSubject = { candidateId, review };
  return {
    type: 'modal',
    callback_id: REMARK_CALLBACK,
    private_metadata: JSON.stringify(subject),
    title: { type: 'plain_text', text: 'Answer and comment' },
    submit: { type: 'plain_text', text: 'Answer' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      section(`*${escapeMrkdwn(objectId)}*. Your answer counts as any other, sure or not.`),
      {
        type: 'input',
        block_id: REMARK_ANSWER,
        label: { type: 'plain_text', text: 'Your answer' },
        element: {
          type: 'radio_buttons',
          action_id: REMARK_ANSWER,
          options: reviewAnswers(type).map((one) => option(one.answer)),
          ...(answer === null ? {} : { initial_option: option(answer) }),
        },
      },
      {
        type: 'input',
        block_id: REMARK_UNSURE,
        optional: true,
        label: { type: 'plain_text', text: 'How sure' },
        element: {
          type: 'checkboxes',
          action_id: REMARK_UNSURE,
          options: [UNSURE],
          ...(remark.unsure ? { initial_options: [UNSURE] } : {}),
        },
      },
      {
        type: 'input',
        block_id: REMARK_NOTE,
        optional: true,
        label: { type: 'plain_text', text: 'Comment' },
        element: {
          type: 'plain_text_input',
          action_id: REMARK_NOTE,
          max_length: LONGEST_NOTE,
          placeholder: { type: 'plain_text', text: 'What decided it; the card shows it once it is decided' },
          ...(remark.note === null ? {} : { initial_value: remark.note }),
        },
      },
    ],
  };
};
