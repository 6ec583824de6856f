import { readImportance } from '../../loop/rounds/read-model.ts';
import { pictureWords } from '../content/picture.ts';
import { importanceContent } from '../content/report/importance-content.ts';
import { privatePicture } from '../private-picture.ts';
import { text, type Word } from './word.ts';

const SHOWN = 10;

export const importance: Word = {
  word: 'importance',
  usage: '',
  what: 'which features the model uses most',
  who: 'anyone',
  answer: async ({ person }, context) => {
    const { db, modelType, pictures } = context;
    const measured = await readImportance(db, modelType);
    if (measured === null) return text('No model has been trained yet.');
    const { title, picture: input, table, note } = importanceContent(measured, SHOWN);
    const figures = { title, table, pictured: `${input.quantity}, by feature` };
    if (pictures === null) return { kind: 'figures', figures: { ...figures, picture: null, note } };
    const wanted = {
      key: `importance:${measured.round}`,
      filename: 'importance.png',
      draw: async () => ({ bytes: await pictures.importance(input), alsoAs: [] }),
    };
    const picture = await privatePicture(context, person, wanted, `${title}.`);
    const more = pictureWords(picture, 'The picture');
    return {
      kind: 'figures',
      figures: {
        ...figures,
        picture: picture.kind === 'shown' ? picture.id : null,
        note: more === null ? note : `${note} ${more}`,
      },
    };
  },
};
