import { personName } from '../../store/chat/people.ts';
import { plural } from '../content/format.ts';
import { text, type Word } from './word.ts';

export const close: Word = {
  word: 'close',
  usage: '[abandon]',
  what: 'end the open round now; with abandon without a training',
  who: 'operate',
  answer: async ({ person, rest }, { loop, db }) => {
    const how = rest.toLowerCase();
    if (how !== '' && how !== 'abandon')
      return text('Say `/finkvra close`, or `/finkvra close abandon` to train nothing on it.');
    const as = how === 'abandon' ? 'abandoned' : 'early';
    const by = (await personName(db, person.id)) ?? person.name;
    const ended = await loop.endRound({ as, by });
    switch (ended.kind) {
      case 'none':
        return text('No round is open.');
      case 'training':
        return text(
          `Round ${ended.round.number} is answered, and its model is training: it closes by itself.`,
        );
      case 'ended': {
        const open = `${plural(ended.withdrawn, 'open candidate')} ${ended.withdrawn === 1 ? 'is' : 'are'} not asked about any more`;
        return text(
          as === 'early'
            ? `Round ${ended.round.number} is ended: ${open}, and the model trains on what was answered.`
            : `Round ${ended.round.number} is given up: ${open}. What was answered is kept.`,
        );
      }
    }
  },
};
