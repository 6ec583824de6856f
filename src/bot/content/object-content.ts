import type { AnswerHistory } from '../../loop/answers/read-answers.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { CorrectionRow } from '../../store/answers/corrections.ts';
import type { LabelRow } from '../../store/schema.ts';
import { answerWords, labelWords, probabilityOf } from './answer-words.ts';
import { type Link, NO_MODEL_YET, pagesOf, positionText } from './card-content.ts';
import { type AboutAlert, type Fact, factsOf } from './card-facts.ts';
import { minuteUtc, percent } from './format.ts';
import { remarkLines } from './review/remark-content.ts';
import type { PrivatePicture } from './said.ts';

/** What is known of an object, in no chat's language. */
export interface ObjectContent {
  readonly objectId: string;
  readonly candid: string;
  readonly links: readonly Link[];
  readonly simulated: boolean;
  readonly probability: string;
  readonly label: string;
  /** What people said with their answers. */
  readonly remarks: readonly string[];
  readonly facts: readonly Fact[];
  readonly position: string;
}

export interface ObjectInput extends AboutAlert {
  /** The one in use. */
  readonly modelType: ModelType;
  /** P(class 1): what its card says where people were asked about it, else by the newest model; null without one. */
  readonly opinion: { readonly of: 'card' | 'newest'; readonly p: number | null };
  /** It is asked about now, and people are not to be led. */
  readonly hidden: boolean;
  readonly label: LabelRow | null;
  readonly corrections: readonly CorrectionRow[];
  /** The answers that made the label; null where none were given here. */
  readonly history: AnswerHistory | null;
}

export const objectContent = (input: ObjectInput): ObjectContent => {
  const { alert, modelType, opinion, hidden, label, corrections } = input;
  const was = corrections.map(
    ({ before, before_name }) => `${answerWords(modelType, before)} by ${before_name}`,
  );
  return {
    objectId: alert.objectId,
    candid: alert.candid,
    links: pagesOf(alert),
    simulated: isSimulated(alert.objectId),
    probability: hidden
      ? `${probabilityOf(modelType)} is shown once its card is answered`
      : opinion.p !== null
        ? `${probabilityOf(modelType)} ${percent(opinion.p)}`
        : opinion.of === 'card'
          ? NO_MODEL_YET
          : 'not scored yet',
    label:
      label === null
        ? 'no label yet'
        : `${labelWords(modelType, label)}, ${minuteUtc(label.at)}${
            was.length === 0 ? '' : ` (before: ${was.join(', ')})`
          }`,
    remarks: input.history === null ? [] : remarkLines(input.history),
    facts: factsOf(input),
    position: positionText(alert),
  };
};

/** What private answers say of a picture that they do not show; null where they do. */
export const pictureWords = (picture: PrivatePicture, what: string): string | null => {
  switch (picture.kind) {
    case 'shown':
      return null;
    case 'sent':
      return `${what} is in your conversation with me.`;
    case 'none':
      return `${what} cannot be had just now.`;
  }
};
