import { readPeopleStats } from '../../loop/answers/people-stats.ts';
import { personLines } from '../content/person-words.ts';
import { text, type Word } from './word.ts';

export const mine: Word = {
  word: 'mine',
  usage: '',
  what: 'my labels, and who agrees with them',
  who: 'anyone',
  answer: async ({ person: { id } }, { db, modelType }) => {
    const me = (await readPeopleStats(db, modelType)).find(({ userId }) => userId === id);
    return text(
      me === undefined ? 'You have not labelled anything yet.' : personLines(me, modelType).join('\n'),
    );
  },
};
