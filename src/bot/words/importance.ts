import { readImportance } from '../../loop/rounds/read-model.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import { importanceContent } from '../content/importance-content.ts';
import { text, type Word } from './word.ts';

const SHOWN = 10;
const PICTURE_WAIT_MS = 8000;

export const importance: Word = {
  word: 'importance',
  usage: '',
  what: 'what the model stands on',
  who: 'anyone',
  answer: async (_asked, { db, modelType, pictures, uploads }) => {
    const measured = await readImportance(db, modelType);
    if (measured === null) return text('No model has been trained yet.');
    const { title, picture: input, table, note } = importanceContent(measured, SHOWN);
    const key = `importance:${measured.round}`;
    if (pictures !== null) {
      const picture = { key, filename: 'importance.png', draw: () => pictures.importance(input) };
      await uploads.want(picture, PICTURE_WAIT_MS, () => undefined);
    }
    const file = await fileIdOf(db, key);
    const shown = file === null ? null : { id: file, says: `${input.quantity}, by feature` };
    return { kind: 'figures', figures: { title, table, picture: shown, note } };
  },
};
