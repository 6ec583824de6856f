import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10';
import type { ModelType } from '../../../pipeline/learning/label-maps.ts';
import type { AnswerValue, LabelRow } from '../../../store/schema.ts';
import { answerWords, correctionAnswers } from '../../content/answer-words.ts';
import { minuteUtc } from '../../content/format.ts';
import { LONGEST_NOTE, type RemarkForm } from '../../content/review/remark-content.ts';
import { reviewAnswers } from '../../content/review/review-content.ts';
import { clip, LIMITS } from '../limits.ts';
import { customId } from './custom-ids.ts';
import { escapeMarkdown } from './markdown.ts';

export type Form = APIModalInteractionResponseCallbackData;

/** Names of the forms' fields. */
export const FIELDS = { answer: 'answer', note: 'note', unsure: 'unsure' } as const;

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly chosen: boolean;
}

const choice = (id: string, label: string, choices: readonly Choice[]): APILabelComponent => ({
  type: ComponentType.Label,
  label,
  component: {
    type: ComponentType.StringSelect,
    custom_id: id,
    required: true,
    options: choices.map(({ value, label: name, chosen }) => ({
      label: clip(name, LIMITS.optionLabel),
      value,
      default: chosen,
    })),
  },
});

const comment = (label: string, description: string, value: string | null): APILabelComponent => ({
  type: ComponentType.Label,
  label,
  description,
  component: {
    type: ComponentType.TextInput,
    custom_id: FIELDS.note,
    style: TextInputStyle.Paragraph,
    required: false,
    max_length: LONGEST_NOTE,
    ...(value === null ? {} : { value }),
  },
});

const said = (type: ModelType, answer: AnswerValue): string =>
  answer === 'skip' ? 'Skip' : answerWords(type, answer);

/** Asks for the right label of an object. */
export const relabelForm = (
  label: Pick<LabelRow, 'object_id' | 'answer' | 'user_name' | 'at'>,
  type: ModelType,
): Form => ({
  custom_id: customId('relabel', [label.object_id], null),
  title: clip(`Correct ${label.object_id}`, LIMITS.modalTitle),
  components: [
    {
      type: ComponentType.TextDisplay,
      content: `It is labelled **${escapeMarkdown(answerWords(type, label.answer))}** by ${escapeMarkdown(
        label.user_name,
      )}, ${minuteUtc(label.at)}. What it was is kept; the next training uses what you choose.`,
    },
    choice(
      FIELDS.answer,
      'What it is',
      correctionAnswers(type).map((answer) => ({
        value: answer,
        label: answerWords(type, answer),
        chosen: answer === label.answer,
      })),
    ),
    comment('Why', 'For the card, so that others can follow', null),
  ],
});

/**
 * Asks for an answer with a comment.
 * @param place the position in a review, as its buttons carry it; empty on a card
 */
export const remarkForm = (form: RemarkForm, place: readonly string[]): Form => {
  const { modelType: type, candidateId, objectId, answer, remark } = form;
  return {
    custom_id: customId('remark', [candidateId, ...place], null),
    title: clip(`Answer and comment: ${objectId}`, LIMITS.modalTitle),
    components: [
      choice(
        FIELDS.answer,
        'Your answer',
        reviewAnswers(type).map((one) => ({
          value: one.answer,
          label: said(type, one.answer),
          chosen: one.answer === answer,
        })),
      ),
      choice(FIELDS.unsure, 'How sure: it counts as any other answer', [
        { value: 'sure', label: 'I am sure', chosen: !remark.unsure },
        { value: 'unsure', label: 'I am not sure', chosen: remark.unsure },
      ]),
      comment('Comment', 'What decided it; the card shows it once it is decided', remark.note),
    ],
  };
};
