import { text, type Word } from './word.ts';

export const next: Word = {
  word: 'next',
  usage: '',
  what: 'post a round now',
  who: 'operate',
  answer: async (_asked, { loop }) => {
    const opened = await loop.openRound();
    switch (opened.kind) {
      case 'opened':
        return text(`Round ${opened.round.number} is on its way.`);
      case 'under-way':
        return text(
          opened.round === null
            ? 'A round is open already.'
            : `Round ${opened.round.number} is ${opened.round.state === 'training' ? 'training' : 'still open'}: it comes first.`,
        );
      case 'empty-pool':
        return text('There is no unlabelled object to ask about. Pull alerts first: `/finkvra pull`.');
      case 'paused':
        return text('The loop is paused: `/finkvra resume` first.');
    }
  },
};
