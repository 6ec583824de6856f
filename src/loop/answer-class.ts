import type { AnswerValue } from '../store/schema.ts';

const CLASSES: Readonly<Record<AnswerValue, 0 | 1 | null>> = {
  galactic: 1,
  varstar: 1,
  not_galactic: 0,
  agn: 0,
  bogus: null,
  unclear: null,
  skip: null,
};

/** What an answer teaches: 1 galactic, 0 not galactic, null without a class (asked again of another object). */
export const classOf = (answer: AnswerValue): 0 | 1 | null => CLASSES[answer];
