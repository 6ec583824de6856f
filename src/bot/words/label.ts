import { reviewStep } from '../review-mode.ts';
import type { Word } from './word.ts';

/** Review mode: a form that walks one through what waits for one. */
export const label: Word = {
  word: 'label',
  usage: '',
  what: 'label what waits for me, one after the other',
  who: 'label',
  answer: async ({ person }, context) => ({
    kind: 'review',
    review: await reviewStep({ person, place: null, did: null }, context),
  }),
};
