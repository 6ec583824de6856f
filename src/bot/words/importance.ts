import { readImportance } from '../../loop/rounds/read-model.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import { importanceContent } from '../content/importance-content.ts';
import { context, imageFile, section } from '../slack/messages/blocks.ts';
import type { Word } from './word.ts';

const SHOWN = 10;
const PICTURE_WAIT_MS = 8000;

export const importance: Word = {
  word: 'importance',
  usage: '',
  what: 'what the model stands on',
  who: 'anyone',
  answer: async (_asked, { db, modelType, pictures, uploads }) => {
    const measured = await readImportance(db, modelType);
    if (measured === null) return 'No model has been trained yet.';
    const { title, picture: input, table, note } = importanceContent(measured, SHOWN);
    const key = `importance:${measured.round}`;
    if (pictures !== null) {
      const picture = { key, filename: 'importance.png', draw: () => pictures.importance(input) };
      await uploads.want(picture, PICTURE_WAIT_MS, () => undefined);
    }
    const file = await fileIdOf(db, key);
    return {
      text: title,
      blocks: [
        file === null ? section(`\`\`\`${table}\`\`\``) : imageFile(file, `${input.quantity}, by feature`),
        context(note),
      ],
    };
  },
};
