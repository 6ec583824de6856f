import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { type Environment, readConfig } from '../config/config.ts';
import { parseCsv } from '../lib/csv.ts';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { importLabels, importTraining } from '../loop/intake/reference-files.ts';
import { type Db, openStore } from '../store/open-store.ts';
import type { Output } from './output.ts';

const readRows = (path: string) => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new FinkvraError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return parseCsv(text, basename(path));
};

const clock = (): Date => new Date();

export const importCommand = (output: Output, env: Environment): Command => {
  const withStore = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    const db = await openStore(readConfig(env).databasePath);
    try {
      return await work(db);
    } finally {
      await db.destroy();
    }
  };

  const labels = new Command('labels')
    .description(
      'Labels of the reference program (candid, objectId, label, timestamp), with their dates, each once. ' +
        'Labels of objects not in the store yet are kept and attached when their alerts come.',
    )
    .argument('<labeled.csv>', 'the file')
    .option('--json', 'print the summary as one JSON document')
    .action(async (path: string, flags: { readonly json?: boolean }) => {
      const rows = readRows(path);
      const summary = await withStore((db) => importLabels(db, rows, basename(path), clock));
      if (flags.json === true) {
        output.print(JSON.stringify(summary, null, 2));
        return;
      }
      output.print(`${summary.read} read, ${summary.kept} new, ${summary.repeated} had already`);
      output.print(`${summary.attached} objects of the store got a label`);
      if (summary.waiting > 0) {
        output.print(
          `${summary.waiting} objects are not in the store yet: their labels are kept and attached when their alerts come.`,
        );
      }
    });

  const training = new Command('training')
    .description('Which alerts the reference program trained on in which round (candid, round), each once.')
    .argument('<training_ids.csv>', 'the file, named <strategy>_<model>_training_ids.csv')
    .option('--json', 'print the summary as one JSON document')
    .action(async (path: string, flags: { readonly json?: boolean }) => {
      const rows = readRows(path);
      const summary = await withStore((db) => importTraining(db, rows, basename(path), clock));
      if (flags.json === true) {
        output.print(JSON.stringify(summary, null, 2));
        return;
      }
      output.print(
        `${summary.name}: ${summary.read} read, ${summary.kept} new, ${summary.repeated} had already; ${summary.labelled} of them have a label here`,
      );
      if (summary.labelled < summary.read - summary.repeated) {
        output.print(
          'What is trained on here is decided by labels: import them too (finkvra import labels).',
        );
      }
    });

  return new Command('import').addCommand(labels).addCommand(training);
};
