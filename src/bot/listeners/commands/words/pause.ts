import type { Word } from '../word.ts';

export const pause: Word = {
  word: 'pause',
  usage: '',
  what: 'open no more rounds and remind of none; answers and pulls go on',
  who: 'operate',
  answer: async (_asked, { loop }) => {
    await loop.setPaused(true);
    return 'Paused: no round is opened until `/finkvra resume`. Answers and pulls go on.';
  },
};

export const resume: Word = {
  word: 'resume',
  usage: '',
  what: 'go on after a pause',
  who: 'operate',
  answer: async (_asked, { loop }) => {
    await loop.setPaused(false);
    return 'Going on: rounds are opened again.';
  },
};
