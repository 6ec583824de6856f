import { text, type Word } from './word.ts';

export const pause: Word = {
  word: 'pause',
  usage: '',
  what: 'open no more rounds; the rest goes on',
  who: 'operate',
  answer: async (_asked, { loop, wake }) => {
    await loop.setPaused(true);
    wake();
    return text('Paused: no round is opened until `/finkvra resume`. Answers and pulls go on.');
  },
};

export const resume: Word = {
  word: 'resume',
  usage: '',
  what: 'go on after a pause',
  who: 'operate',
  answer: async (_asked, { loop, wake }) => {
    await loop.setPaused(false);
    wake();
    return text('Going on: rounds are opened again.');
  },
};
