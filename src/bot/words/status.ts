import { statusContent } from '../content/status-content.ts';
import type { Word } from './word.ts';

export const status: Word = {
  word: 'status',
  usage: '',
  what: 'the open round, labels, last rounds, pulls',
  who: 'anyone',
  answer: async (_asked, { status: read }) => ({ kind: 'status', status: statusContent(await read()) }),
};
