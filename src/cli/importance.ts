import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { featureWords } from '../bot/content/feature-words.ts';
import { textTable } from '../bot/content/table.ts';
import { createPictureClient } from '../bot/pictures/picture-client.ts';
import { type Environment, readConfig } from '../config.ts';
import { FinkvraError } from '../errors.ts';
import { parseRoundReport, type RoundReport } from '../loop/round-report.ts';
import { openStore } from '../store/open-store.ts';
import { closedRounds } from '../store/rounds.ts';
import type { Output } from './output.ts';

type Importance = NonNullable<RoundReport['importance']>;

export const importanceCommand = (output: Output, env: Environment): Command =>
  new Command('importance')
    .description(
      'What each feature is worth to the latest model: the drop of its ROC-AUC when it is shuffled.',
    )
    .option('--out <file.png>', 'picture')
    .option('--json', 'print one JSON document')
    .action(async (flags: { readonly out?: string; readonly json?: boolean }) => {
      const { round, labels, importance } = await latestImportance(readConfig(env).databasePath);
      if (flags.out !== undefined) {
        await draw(flags.out, round, labels, importance);
        output.note(`picture written to ${flags.out}`);
      }
      if (flags.json === true) {
        output.print(JSON.stringify({ round, labels, importance }, null, 2));
        return;
      }
      output.print(
        `Round ${round}, ${labels} labels. Drop of the out-of-bag ROC-AUC when the feature is shuffled:\n`,
      );
      output.print(
        textTable(
          ['feature', 'drop', '± error', ''],
          importance.map(({ features, drop, standardError, withinNoise }) => [
            features.join(' + '),
            drop.toFixed(3),
            standardError.toFixed(3),
            withinNoise ? 'within noise' : '',
          ]),
        ),
      );
    });

const latestImportance = async (
  databasePath: string,
): Promise<{ round: number; labels: number; importance: Importance }> => {
  const db = await openStore(databasePath);
  try {
    for (const { number, report } of (await closedRounds(db)).reverse()) {
      if (report === null) continue;
      const { labels, importance } = parseRoundReport(report);
      if (importance != null) return { round: number, labels, importance };
    }
  } finally {
    await db.destroy();
  }
  throw new FinkvraError('No model has been trained yet: importances come with the first closed round.');
};

const draw = async (path: string, round: number, labels: number, importance: Importance): Promise<void> => {
  const pictures = createPictureClient();
  try {
    const png = await pictures.importance({
      title: 'What the model leans on',
      subtitle: `Round ${round}, ${labels} labels; bars: two standard errors`,
      quantity: 'drop of ROC-AUC when shuffled',
      features: importance.map(({ features, drop, standardError }) => ({
        name: features.map(featureWords).join(' + '),
        value: drop,
        low: drop - 2 * standardError,
        high: drop + 2 * standardError,
      })),
    });
    writeFileSync(path, png);
  } finally {
    await pictures.close();
  }
};
