import { wantDigest } from '../../loop/digest/digest.ts';
import { text, type Word } from './word.ts';

export const digest: Word = {
  word: 'digest',
  usage: '',
  what: 'post today’s digest now',
  who: 'operate',
  answer: async (_asked, { db, clock, modelType, wake }) => {
    const wanted = await wantDigest(db, clock(), modelType);
    wake();
    return text(
      wanted === null
        ? 'There is nothing to say about the last 24 hours.'
        : `The digest of ${wanted.day} is in the channel. One is posted a day.`,
    );
  },
};
