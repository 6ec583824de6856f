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

/** What is known of an object, in no chat's markup. */
export interface ObjectContent {
  readonly objectId: string;
  readonly candid: string;
  readonly links: readonly Link[];
  readonly simulated: boolean;
  readonly probability: string;
  readonly label: string;
  /** Comments on the object's answers. */
  readonly remarks: readonly string[];
  readonly facts: readonly Fact[];
  readonly position: string;
}

export interface ObjectInput extends AboutAlert {
  /** The model type in use. */
  readonly modelType: ModelType;
  /** P(class 1): the card's if people were asked about the object, else the newest model's; null without one. */
  readonly opinion: { readonly of: 'card' | 'newest'; readonly p: number | null };
  /** People are asked about it now, and the probability is hidden until then. */
  readonly hidden: boolean;
  readonly label: LabelRow | null;
  readonly corrections: readonly CorrectionRow[];
  /** The answers behind the label; null if none were given here. */
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
