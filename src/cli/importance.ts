import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { importanceContent } from '../bot/content/importance-content.ts';
import { type Config, type Environment, readConfig } from '../config/config.ts';
import { FinkvraError } from '../lib/errors.ts';
import { type ModelImportance, readImportance } from '../loop/rounds/read-model.ts';
import type { ImportancePictureInput } from '../pictures/charts/importance-picture.ts';
import { createPictureClient } from '../pictures/picture-client.ts';
import { openExistingStore } from './existing-store.ts';
import type { Output } from './output.ts';

export const importanceCommand = (output: Output, env: Environment): Command =>
  new Command('importance')
    .option('--out <file.png>', 'picture')
    .option('--json', 'print one JSON document')
    .action(async (flags: { readonly out?: string; readonly json?: boolean }) => {
      const measured = await latestImportance(readConfig(env));
      const { round, labels, features } = measured;
      const { picture, table, note } = importanceContent(measured, features.length);
      if (flags.out !== undefined) {
        await draw(flags.out, picture);
        output.note(`picture written to ${flags.out}`);
      }
      output.print(
        flags.json === true
          ? JSON.stringify({ round, labels, importance: features }, null, 2)
          : `${table}\n\n${note}`,
      );
    });

const latestImportance = async ({ databasePath, modelType }: Config): Promise<ModelImportance> => {
  const db = await openExistingStore(databasePath);
  try {
    const measured = await readImportance(db, modelType);
    if (measured !== null) return measured;
  } finally {
    await db.destroy();
  }
  throw new FinkvraError('No model has been trained yet: importances come with the first closed round.');
};

const draw = async (path: string, picture: ImportancePictureInput): Promise<void> => {
  const pictures = createPictureClient();
  try {
    writeFileSync(path, await pictures.importance(picture));
  } finally {
    await pictures.close();
  }
};
