import { findRelabelling } from '../../loop/answers/relabel.ts';
import { text, type Word } from './word.ts';

export const relabel: Word = {
  word: 'relabel',
  usage: '<objectId>',
  what: 'correct a label after its round',
  who: 'label',
  answer: async ({ rest }, { db, modelType }) => {
    if (rest === '') return text('Say which object: `/finkvra relabel ZTF25aapafwq`.');
    const found = await findRelabelling(db, rest);
    switch (found.kind) {
      case 'unlabelled':
        return text(`${rest} has no label to correct: check the name, upper and lower case matter.`);
      case 'round-open':
        return text(
          `${rest} is in round ${found.round}, which is still open: answer on its card, or press Undo there.`,
        );
      case 'ready':
        return { kind: 'relabel', label: found.label, modelType };
    }
  },
};
