import { fileIdOf } from '../../../../store/uploads.ts';
import { featureWords } from '../../../content/feature-words.ts';
import { decimal, signed } from '../../../content/format.ts';
import { textTable } from '../../../content/table.ts';
import { context, imageFile, section } from '../../../messages/blocks.ts';
import type { Word } from '../word.ts';

const SHOWN = 10;
const PICTURE_WAIT_MS = 8000;
/** Half of a 95 % interval, in standard errors. */
const INTERVAL = 1.96;

export const importance: Word = {
  word: 'importance',
  usage: '',
  what: 'which features the model stands on',
  who: 'anyone',
  answer: async (_asked, { loop, db, pictures, uploads }) => {
    const measured = await loop.importance();
    if (measured === null) return 'No model has been trained yet.';
    const { features, labels } = measured;
    const named = features.map(({ features: names, drop, standardError, withinNoise }) => ({
      name: names.map(featureWords).join(' and '),
      value: drop,
      low: drop - INTERVAL * standardError,
      high: drop + INTERVAL * standardError,
      withinNoise,
    }));
    const quantity = 'ROC-AUC lost when shuffled';
    const key = `importance:${measured.modelId}:${labels}`;
    if (pictures !== null) {
      const subtitle = `permutation, out of bag, ${labels} labels`;
      const input = { title: 'What the model stands on', subtitle, quantity, features: named };
      const picture = { key, filename: 'importance.png', draw: () => pictures.importance(input) };
      await uploads.want(picture, PICTURE_WAIT_MS, () => undefined);
    }
    const file = await fileIdOf(db, key);
    const table = textTable(
      ['feature', 'AUC lost', '±'],
      named
        .slice(0, SHOWN)
        .map(({ name, value, high, withinNoise }) => [
          name,
          `${signed(value, 3)}${withinNoise ? ' ~' : '  '}`,
          decimal(high - value, 3),
        ]),
    );
    return {
      text: `${quantity}: ${named[0]?.name ?? 'nothing'} first`,
      blocks: [
        file === null ? section(`\`\`\`${table}\`\`\``) : imageFile(file, `${quantity}, by feature`),
        context(
          'How much worse the model ranks unseen objects when a feature is shuffled; ~ is within noise.',
        ),
      ],
    };
  },
};
