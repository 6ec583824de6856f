import { findRelabelling } from '../../loop/answers/relabel.ts';
import { readObjectName } from '../../pipeline/object-name.ts';
import { text, type Word } from './word.ts';

export const relabel: Word = {
  word: 'relabel',
  usage: '<objectId>',
  what: 'correct a label after its round',
  who: 'label',
  answer: async ({ rest }, { db, modelType }) => {
    if (rest === '') return text('Say which object: `/finkvra relabel ZTF25aapafwq`.');
    const objectId = readObjectName(rest);
    const found = await findRelabelling(db, objectId);
    switch (found.kind) {
      case 'unlabelled':
        return text(`${objectId} has no label to correct: check the name.`);
      case 'round-open':
        return text(
          `${objectId} is in round ${found.round}, which is still open: answer on its card, or press Undo there.`,
        );
      case 'ready':
        return { kind: 'relabel', label: found.label, modelType };
    }
  },
};
