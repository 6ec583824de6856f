import { TIE } from '../../loop/answers/read-answers.ts';
import { type AnswerValue, classOf } from '../../pipeline/learning/answers.ts';
import { LABEL_MAPS, type ModelType } from '../../pipeline/learning/label-maps.ts';
import type { LabelRow } from '../../store/schema.ts';

/** An answer and what its button says. */
export interface AnswerChoice {
  readonly answer: AnswerValue;
  readonly name: string;
}

/** What a model type asks, in words. */
interface Question {
  /** As the end of a sentence about an object. */
  readonly ask: string;
  /** The answers with a button of their own, those to press most often first. */
  readonly buttons: readonly AnswerChoice[];
  /** The others, in the menu, so that a label is worth something to every model type. */
  readonly menu: readonly AnswerChoice[];
  /** What each answer is called on cards, in notes and in reports. */
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
  // No answer says "a transient, of whatever kind": each of the four that have a class has its button.
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

/** The answers with a button of their own; the first two are of the sandbox's keys g and n. */
export const buttonAnswers = (type: ModelType): readonly AnswerChoice[] => QUESTIONS[type].buttons;

/** The finer answers, and what each of them counts as. */
export const menuAnswers = (type: ModelType): readonly (AnswerChoice & { readonly meaning: string })[] =>
  QUESTIONS[type].menu.map((choice) => ({
    ...choice,
    meaning: classWords(type, classOf(type, choice.answer)) ?? 'no class',
  }));

/** What a label can be corrected to: all answers but a skip, the classes with their finer answers under them, then what has no class. */
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

/** What an answer is called where this is asked. */
export const answerWords = (type: ModelType, answer: AnswerValue): string => QUESTIONS[type].words[answer];

/** What a label says and whose it is; of a tie, that it is nobody's. */
export const labelWords = (
  type: ModelType,
  { answer, user_id, user_name }: Pick<LabelRow, 'answer' | 'user_id' | 'user_name'>,
): string => (user_id === TIE ? 'No class: tie' : `${answerWords(type, answer)} – ${user_name}`);

/** A class of a model type in words; null for none. */
export const classWords = (type: ModelType, y: 0 | 1 | null): string | null =>
  y === null ? null : LABEL_MAPS[type][y === 1 ? 'positive' : 'negative'];

/** `P(galactic) 53 %`: what a model's probability is of. */
export const probabilityOf = (type: ModelType): string => `P(${LABEL_MAPS[type].positive})`;

/** `40 galactic, 30 not galactic`. */
export const classCounts = (
  type: ModelType,
  { positive, negative }: { readonly positive: number; readonly negative: number },
): string => `${positive} ${LABEL_MAPS[type].positive}, ${negative} ${LABEL_MAPS[type].negative}`;

/** The answer whose button says what an object truly is, or at least its class. */
export const truthButton = (type: ModelType, truth: AnswerValue): AnswerValue => {
  const buttons = buttonAnswers(type).map(({ answer }) => answer);
  if (buttons.includes(truth)) return truth;
  const y = classOf(type, truth);
  return (y === null ? undefined : buttons.find((answer) => classOf(type, answer) === y)) ?? 'skip';
};
