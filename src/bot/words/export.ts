import { text, type Word } from './word.ts';

export const exportLabels: Word = {
  word: 'export',
  usage: '',
  what: 'all labels as CSV, to me alone',
  who: 'label',
  answer: async (_asked, { jobs, clock }) => {
    if (jobs.labelsCsv === undefined) return text('Use `finkvra export labels` in a terminal.');
    const csv = await jobs.labelsCsv();
    if (csv === '') return text('There are no labels yet.');
    const filename = `labels-${clock().toISOString().slice(0, 10)}.csv`;
    const file = { filename, bytes: Buffer.from(csv) };
    return { kind: 'file', file, text: 'Here are all labels so far, as you asked for.' };
  },
};
