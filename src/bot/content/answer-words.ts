import { TIE } from '../../loop/answers/read-answers.ts';
import { type AnswerValue, classOf } from '../../pipeline/learning/answers.ts';
import { LABEL_MAPS, type ModelType } from '../../pipeline/learning/label-maps.ts';
import type { LabelRow } from '../../store/schema.ts';

/** An answer and the text of its button. */
export interface AnswerChoice {
  readonly answer: AnswerValue;
  readonly name: string;
}

/** A model type's question in words. */
interface Question {
  /** The end of a sentence about an object. */
  readonly ask: string;
  /** Answers with a button of their own, most frequent first. */
  readonly buttons: readonly AnswerChoice[];
  /** Finer answers, in the menu: each is useful for every model type. */
  readonly menu: readonly AnswerChoice[];
  /** Names of the answers on cards, in notes and in reports. */
  readonly words: Readonly<Record<AnswerValue, string>>;
}

const QUESTIONS: Readonly<Record<ModelType, Question>> = {
  galactic: {
    ask: 'galactic or not?',
    buttons: [
      { answer: 'galactic', name: 'Galactic' },
      { answer: 'not_galactic', name: 'Not galactic' },
      { answer: 'skip', name: 'Skip' },
    ],
    menu: [
      { answer: 'agn', name: 'AGN' },
      { answer: 'varstar', name: 'Variable star' },
      { answer: 'bogus', name: 'Bogus' },
      { answer: 'unclear', name: 'Real but unclear' },
    ],
    words: {
      galactic: 'Galactic',
      not_galactic: 'Not galactic',
      skip: 'Skipped',
      agn: 'Not galactic: AGN',
      varstar: 'Galactic: variable star',
      bogus: 'Bogus',
      unclear: 'Real but unclear',
    },
  },
  real: {
    ask: 'real or bogus?',
    buttons: [
      { answer: 'unclear', name: 'Real' },
      { answer: 'bogus', name: 'Bogus' },
      { answer: 'skip', name: 'Skip' },
    ],
    menu: [
      { answer: 'galactic', name: 'Galactic' },
      { answer: 'not_galactic', name: 'Not galactic' },
      { answer: 'agn', name: 'AGN' },
      { answer: 'varstar', name: 'Variable star' },
    ],
    words: {
      galactic: 'Real: galactic',
      not_galactic: 'Real: not galactic',
      skip: 'Skipped',
      agn: 'Real: AGN',
      varstar: 'Real: variable star',
      bogus: 'Bogus',
      unclear: 'Real',
    },
  },
  // There is no button for transients in general: each of the four answers with a class has one.
  transient: {
    ask: 'transient or not?',
    buttons: [
      { answer: 'galactic', name: 'Galactic transient' },
      { answer: 'not_galactic', name: 'Extragalactic transient' },
      { answer: 'varstar', name: 'Variable star' },
      { answer: 'agn', name: 'AGN' },
      { answer: 'skip', name: 'Skip' },
    ],
    menu: [
      { answer: 'bogus', name: 'Bogus' },
      { answer: 'unclear', name: 'Real but unclear' },
    ],
    words: {
      galactic: 'Transient: galactic',
      not_galactic: 'Transient: extragalactic',
      skip: 'Skipped',
      agn: 'Not transient: AGN',
      varstar: 'Not transient: variable star',
      bogus: 'Bogus',
      unclear: 'Real but unclear',
    },
  },
};

export const questionWords = (type: ModelType): string => QUESTIONS[type].ask;

/** Answers with a button of their own. The sandbox page maps the keys g and n to the first two. */
export const buttonAnswers = (type: ModelType): readonly AnswerChoice[] => QUESTIONS[type].buttons;

/** The finer answers, each with the class that it counts as. */
export const menuAnswers = (type: ModelType): readonly (AnswerChoice & { readonly meaning: string })[] =>
  QUESTIONS[type].menu.map((choice) => ({
    ...choice,
    meaning: classWords(type, classOf(type, choice.answer)) ?? 'no class',
  }));

/**
 * Answers that a label can be corrected to: all but a skip. Each class is followed by its finer answers; answers
 * without a class come last.
 */
export const correctionAnswers = (type: ModelType): AnswerValue[] => {
  const rank = (answer: AnswerValue): number => {
    const y = classOf(type, answer);
    return y === null ? 2 : 1 - y;
  };
  return [...buttonAnswers(type), ...menuAnswers(type)]
    .map(({ answer }) => answer)
    .filter((one) => one !== 'skip')
    .sort((a, b) => rank(a) - rank(b));
};

/** An answer's name in this question. */
export const answerWords = (type: ModelType, answer: AnswerValue): string => QUESTIONS[type].words[answer];

/** A label and who gave it; a tie has no giver. */
export const labelWords = (
  type: ModelType,
  { answer, user_id, user_name }: Pick<LabelRow, 'answer' | 'user_id' | 'user_name'>,
): string => (user_id === TIE ? 'No class: tie' : `${answerWords(type, answer)} – ${user_name}`);

/** A class of a model type in words; "no class" for null. */
export const classWords = (type: ModelType, y: 0 | 1 | null): string | null =>
  y === null ? null : LABEL_MAPS[type][y === 1 ? 'positive' : 'negative'];

/** `P(galactic) 53 %` without its number: names the probability of class 1. */
export const probabilityOf = (type: ModelType): string => `P(${LABEL_MAPS[type].positive})`;

/** `40 galactic, 30 not galactic`. */
export const classCounts = (
  type: ModelType,
  { positive, negative }: { readonly positive: number; readonly negative: number },
): string => `${positive} ${LABEL_MAPS[type].positive}, ${negative} ${LABEL_MAPS[type].negative}`;

/** The answer whose button names an object's true label, or else its class. */
export const truthButton = (type: ModelType, truth: AnswerValue): AnswerValue => {
  const buttons = buttonAnswers(type).map(({ answer }) => answer);
  if (buttons.includes(truth)) return truth;
  const y = classOf(type, truth);
  return (y === null ? undefined : buttons.find((answer) => classOf(type, answer) === y)) ?? 'skip';
};
