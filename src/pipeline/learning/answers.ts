import { classOfLabel, type FineLabel, type ModelType } from './label-maps.ts';

/**
 * What people can answer, whatever the model tells apart. The names are those of the first question asked
 * here; each stands for one of the fine labels, so that an answer is worth something to every model type.
 */
export const ANSWERS = ['galactic', 'not_galactic', 'skip', 'agn', 'varstar', 'bogus', 'unclear'] as const;

export type AnswerValue = (typeof ANSWERS)[number];

const FINE_LABELS_OF: Readonly<Record<AnswerValue, FineLabel | null>> = {
  galactic: 'gal',
  not_galactic: 'extragal',
  agn: 'agn',
  varstar: 'varstar',
  bogus: 'bogus',
  // Real, whatever it is.
  unclear: 'real',
  skip: null,
};

/** Whether some text is one of the answers. */
export const isAnswer = (text: string): text is AnswerValue => ANSWERS.some((answer) => answer === text);

/** The fine label that an answer gives; null for a skip, which says nothing. */
export const fineLabelOf = (answer: AnswerValue): FineLabel | null => FINE_LABELS_OF[answer];

/** The answer that gives a fine label. */
export const answerOfLabel = (label: FineLabel): AnswerValue => {
  const answer = ANSWERS.find((one) => FINE_LABELS_OF[one] === label);
  if (answer === undefined) throw new Error(`no answer gives the label ${label}`);
  return answer;
};

/**
 * What an answer teaches a model of this type: its class, or null where it has none there (then another
 * object is asked about instead).
 */
export const classOf = (type: ModelType, answer: AnswerValue): 0 | 1 | null => {
  const label = fineLabelOf(answer);
  return label === null ? null : classOfLabel(type, label);
};

/** The answers that are of a class. */
export const answersOfClass = (type: ModelType, wanted: 0 | 1): AnswerValue[] =>
  ANSWERS.filter((answer) => classOf(type, answer) === wanted);
