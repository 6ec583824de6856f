import { personName } from '../../store/chat/people.ts';
import { plural } from '../content/format.ts';
import { text, type Word } from './word.ts';

export const close: Word = {
  word: 'close',
  usage: '[abandon]',
  what: 'close the open round now; with abandon, train no model',
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
          `All candidates of round ${ended.round.number} are answered and its model is training: the round closes by itself.`,
        );
      case 'ended': {
        const open = `${plural(ended.withdrawn, 'open candidate')} ${ended.withdrawn === 1 ? 'is' : 'are'} withdrawn`;
        return text(
          as === 'early'
            ? `Round ${ended.round.number} is closed early: ${open}, and the model trains on the answers so far.`
            : `Round ${ended.round.number} is abandoned: ${open}. Answers so far are kept.`,
        );
      }
    }
  },
};
