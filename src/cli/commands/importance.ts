import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { importanceContent } from '../../bot/content/report/importance-content.ts';
import { type Config, type Environment, readConfig } from '../../config/config.ts';
import { FinkvraError } from '../../lib/errors.ts';
import { type ModelImportance, readImportance } from '../../loop/rounds/read-model.ts';
import type { ImportancePictureInput } from '../../pictures/charts/importance-picture.ts';
import { createPictureClient } from '../../pictures/picture-client.ts';
import { openExistingStore } from '../cli-store.ts';
import { FORCE, outFile } from '../out-file.ts';
import type { Output } from '../output.ts';

interface ImportanceFlags {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const importanceCommand = (output: Output, env: Environment): Command =>
  new Command('importance')
    .option('--out <file.png>', 'picture')
    .option(...FORCE)
    .option('--json', 'print one JSON document')
    .action(async (flags: ImportanceFlags) => {
      const config = readConfig(env);
      const out =
        flags.out === undefined ? null : outFile(flags.out, { ...config, ...flags, endings: ['.png'] });
      const measured = await latestImportance(config, output);
      const { round, labels, features } = measured;
      const { picture, table, note } = importanceContent(measured, features.length);
      if (out !== null) {
        await out.write((draft) => draw(draft, picture));
        output.note(`picture written to ${out.path}`);
      }
      output.print(
        flags.json === true
          ? JSON.stringify({ round, labels, importance: features }, null, 2)
          : `${table}\n\n${note}`,
      );
    });

const latestImportance = async (config: Config, output: Output): Promise<ModelImportance> => {
  const { modelType } = config;
  const db = await openExistingStore(config, output);
  try {
    const measured = await readImportance(db, modelType);
    if (measured !== null) return measured;
  } finally {
    await db.destroy();
  }
  throw new FinkvraError(
    'No model has been trained yet: importances come with the first closed round (npm start opens one; finkvra status says how far it is).',
  );
};

const draw = async (path: string, picture: ImportancePictureInput): Promise<void> => {
  const pictures = createPictureClient();
  try {
    await writeFile(path, await pictures.importance(picture));
  } finally {
    await pictures.close();
  }
};
