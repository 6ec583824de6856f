import { percent, textTable } from '../content/format.ts';
import { accuracyPointsUpTo } from '../readings/read-report.ts';
import { text, type Word } from './word.ts';

const ROUNDS_SHOWN = 30;

export const history: Word = {
  word: 'history',
  usage: '',
  what: 'accuracy after each round',
  who: 'anyone',
  answer: async (_asked, { db, modelType }) => {
    const points = await accuracyPointsUpTo(db, modelType);
    if (points.length === 0) return text('No model has been trained yet.');
    const table = textTable(
      ['round', 'labels', 'accuracy', '95 %', 'majority'],
      points
        .slice(-ROUNDS_SHOWN)
        .map(({ round, labels, accuracy, low, high, majorityRate }) => [
          String(round),
          String(labels),
          percent(accuracy),
          `${Math.round(low * 100)}–${Math.round(high * 100)}`,
          percent(majorityRate),
        ]),
    );
    const title = `Accuracy after ${points.length} rounds`;
    const note =
      'Accuracy on labels the model had not seen; majority: always answering the more frequent class.';
    return { kind: 'figures', figures: { title, table, picture: null, pictured: title, note } };
  },
};
