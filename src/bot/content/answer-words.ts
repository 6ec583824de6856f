import type { AnswerValue } from '../../store/schema.ts';

/** What an answer is called on cards, in notes and in reports. */
export const ANSWER_WORDS: Readonly<Record<AnswerValue, string>> = {
  galactic: 'Galactic',
  not_galactic: 'Not galactic',
  skip: 'Skipped',
  agn: 'Not galactic: AGN',
  varstar: 'Galactic: variable star',
  bogus: 'Bogus',
  unclear: 'Real but unclear',
};

/** The answers with a button of their own. */
export const BUTTON_ANSWERS = ['galactic', 'not_galactic', 'skip'] as const satisfies AnswerValue[];

/** The reference program's finer labels, and what each of them counts as. */
export const MENU_ANSWERS = [
  { answer: 'agn', name: 'AGN', meaning: 'not galactic' },
  { answer: 'varstar', name: 'Variable star', meaning: 'galactic' },
  { answer: 'bogus', name: 'Bogus', meaning: 'no class' },
  { answer: 'unclear', name: 'Real but unclear', meaning: 'no class' },
] as const satisfies { answer: AnswerValue; name: string; meaning: string }[];

const VALUES: readonly string[] = Object.keys(ANSWER_WORDS);

/** Whether some text is one of the answers. */
export const isAnswer = (text: string): text is AnswerValue => VALUES.includes(text);
