import { readPeopleStats } from '../../../../loop/people-stats.ts';
import { personLines } from '../../../content/person.ts';
import type { Word } from '../word.ts';

export const mine: Word = {
  word: 'mine',
  usage: '',
  what: 'my labels and how they agree with the others’ and the model’s',
  who: 'anyone',
  answer: async ({ userId }, { db }) => {
    const me = (await readPeopleStats(db)).find((person) => person.userId === userId);
    return me === undefined ? 'You have not labelled anything yet.' : personLines(me).join('\n');
  },
};
