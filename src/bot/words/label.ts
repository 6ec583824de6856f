import { reviewStep } from '../review-mode.ts';
import type { Word } from './word.ts';

/** Starts the review mode. */
export const label: Word = {
  word: 'label',
  usage: '',
  what: 'label the candidates that wait for me, one by one',
  who: 'label',
  answer: async ({ person }, context) => ({
    kind: 'review',
    review: await reviewStep({ person, place: null, did: null }, context),
  }),
};
