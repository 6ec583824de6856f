import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { type Environment, readConfig } from '../../config/config.ts';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import type { DateOrder } from '../../lib/read-dates.ts';
import { decodeTableText, parseTableText, type TableRow } from '../../lib/read-table-text.ts';
import { assertColumns, type Column } from '../../loop/intake/label-rows.ts';
import { importLabels, importTraining } from '../../loop/intake/reference-files.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import type { Db } from '../../store/open-store.ts';
import { configForReal, leavingNoEmptyStore, openCommandStore } from '../cli-store.ts';
import type { Output } from '../output.ts';

const readRows = (path: string, columns: readonly Column[]): readonly TableRow[] => {
  let bytes: Uint8Array;
  try {
    const what = statSync(path);
    if (!what.isFile())
      throw new Error(what.isDirectory() ? 'it is a folder' : 'it is a pipe or a device, not a file');
    bytes = readFileSync(path);
  } catch (error) {
    throw new FinkvraError(
      `${path} cannot be read: ${messageOf(error)}; name a file of the reference program, or one of finkvra export labels`,
      { cause: error },
    );
  }
  const name = basename(path);
  const table = parseTableText(decodeTableText(bytes, name), name);
  assertColumns(table.columns, columns, name);
  return table.rows;
};

const isOfSimulated = ({ values }: TableRow): boolean => Object.values(values).some(isSimulated);

interface LabelFlags {
  readonly json?: boolean;
  readonly dates?: DateOrder;
}

/** Notes shown; the JSON document has them all. */
const NOTES_TOLD = 20;

const tellNotes = (notes: readonly string[], output: Output): void => {
  for (const note of notes.slice(0, NOTES_TOLD)) output.note(note);
  if (notes.length > NOTES_TOLD) output.note(`and ${notes.length - NOTES_TOLD} more; --json has them all`);
};

const clock = (): Date => new Date();

export const importCommand = (output: Output, env: Environment): Command => {
  /** Rows of real objects must not go into a store of simulated nights. */
  const withStore = async <T>(rows: readonly TableRow[], work: (db: Db) => Promise<T>): Promise<T> => {
    const config = rows.every(isOfSimulated) ? readConfig(env) : configForReal(env);
    return leavingNoEmptyStore(config, async () => {
      const db = await openCommandStore(config, output);
      try {
        return await work(db);
      } finally {
        await db.destroy();
      }
    });
  };

  const labels = new Command('labels')
    .description(
      'Labels of the reference program (candid, objectId, label, timestamp) or of finkvra export labels, with their dates, each once. ' +
        'Labels of objects not in the store yet are kept and attached when their alerts arrive.',
    )
    .argument('<labeled.csv>', 'the file')
    .addOption(
      new Option('--dates <order>', 'how to read 01/06/2025 if the file does not show it').choices([
        'day-first',
        'month-first',
      ]),
    )
    .option('--json', 'print the summary as one JSON document')
    .action(async (path: string, flags: LabelFlags) => {
      const rows = readRows(path, ['objectId', 'candid', 'label']);
      const summary = await withStore(rows, (db) =>
        importLabels(db, rows, basename(path), clock, flags.dates ?? null),
      );
      if (flags.json === true) {
        output.print(JSON.stringify(summary, null, 2));
        return;
      }
      const notes = summary.notes ?? [];
      for (const note of notes.slice(0, NOTES_TOLD)) output.note(note);
      if (notes.length > NOTES_TOLD)
        output.note(`and ${notes.length - NOTES_TOLD} more; --json has them all`);
      output.print(`${summary.read} read, ${summary.kept} new, ${summary.repeated} had already`);
      output.print(`${summary.attached} objects of the store got a label`);
      if (summary.waiting > 0) {
        output.print(
          `${summary.waiting} objects are not in the store yet: their labels are kept and attached when their alerts arrive.`,
        );
      }
    });

  const training = new Command('training')
    .description('Which alerts the reference program trained on in which round (candid, round), each once.')
    .argument('<training_ids.csv>', 'the file, named <strategy>_<model>_training_ids.csv')
    .option('--json', 'print the summary as one JSON document')
    .action(async (path: string, flags: { readonly json?: boolean }) => {
      const rows = readRows(path, ['candid', 'round']);
      const summary = await withStore(rows, (db) => importTraining(db, rows, basename(path), clock));
      if (flags.json === true) {
        output.print(JSON.stringify(summary, null, 2));
        return;
      }
      tellNotes(summary.notes ?? [], output);
      output.print(
        `${summary.name}: ${summary.read} read, ${summary.kept} new, ${summary.repeated} had already; ${summary.labelled} of them have a label here`,
      );
      if (summary.labelled < summary.read - summary.repeated) {
        output.print('Training here uses labels only: import them too (finkvra import labels).');
      }
    });

  return new Command('import').addCommand(labels).addCommand(training);
};
