import { text, type Word } from './word.ts';

export const pause: Word = {
  word: 'pause',
  usage: '',
  what: 'open no new rounds; pulls and answers continue',
  who: 'operate',
  answer: async (_asked, { loop, wake }) => {
    await loop.setPaused(true);
    wake();
    return text('Paused: no new round until `/finkvra resume`. Answers and pulls continue.');
  },
};

export const resume: Word = {
  word: 'resume',
  usage: '',
  what: 'open rounds again after a pause',
  who: 'operate',
  answer: async (_asked, { loop, wake }) => {
    await loop.setPaused(false);
    wake();
    return text('Resumed: rounds are opened again.');
  },
};
