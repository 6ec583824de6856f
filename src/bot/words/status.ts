import { statusContent } from '../content/status-content.ts';
import { statusMessage } from '../slack/messages/reply-message.ts';
import type { Word } from './word.ts';

export const status: Word = {
  word: 'status',
  usage: '',
  what: 'the open round, labels, last rounds, pulls',
  who: 'anyone',
  answer: async (_asked, context) => statusMessage(statusContent(await context.status())),
};
