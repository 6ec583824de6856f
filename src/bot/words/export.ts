import { uploadFile } from '../slack/uploads.ts';
import type { Word } from './word.ts';

export const exportLabels: Word = {
  word: 'export',
  usage: '',
  what: 'all labels as CSV, to me alone',
  who: 'anyone',
  answer: async ({ userId, client }, { jobs, clock }) => {
    if (jobs.labelsCsv === undefined) return 'Use `finkvra export labels` in a terminal.';
    const csv = await jobs.labelsCsv();
    if (csv === '') return 'There are no labels yet.';
    const filename = `labels-${clock().toISOString().slice(0, 10)}.csv`;
    // A message to a person tells the id of the conversation with them, which a file needs.
    const { channel } = await client.chat.postMessage({
      channel: userId,
      text: 'Here are all labels so far, as you asked for.',
    });
    if (channel === undefined) throw new Error('Slack gave no conversation to send the file to');
    await uploadFile(client, { filename, bytes: Buffer.from(csv), channel });
    return `${filename} is in your conversation with me.`;
  },
};
