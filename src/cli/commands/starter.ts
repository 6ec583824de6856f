import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { plural, textTable } from '../../bot/content/format.ts';
import { type Environment, readConfig } from '../../config/config.ts';
import { FinkvraError } from '../../lib/errors.ts';
import { measureAgain } from '../../loop/intake/measure-again.ts';
import {
  readStartingSet,
  SHIPPED_STARTING_SET,
  type StartingObject,
  startingSetText,
} from '../../loop/rounds/starting-set.ts';
import { trainingLabels } from '../../store/answers/labels.ts';
import { openExistingStore } from '../cli-store.ts';
import { FORCE, outFile } from '../out-file.ts';
import type { Output } from '../output.ts';

interface StarterFlags {
  readonly out: string;
  readonly source: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const starterCommand = (output: Output, env: Environment): Command =>
  new Command('starter')
    .addCommand(
      new Command('show')
        .description('Show the contents of the starting set in use.')
        .option('--json', 'print one JSON document')
        .action((flags: Pick<StarterFlags, 'json'>) => show(flags, output, env)),
    )
    .addCommand(
      new Command('export')
        .description('Write the starting set in use to a file.')
        .requiredOption('--out <file.csv>', 'the file')
        .option(...FORCE)
        .action((flags: StarterFlags) => write(inUse(env), flags, output, env)),
    )
    .addCommand(
      new Command('build')
        .description('Make a starting set from the labels in the store, for another team’s STARTER_FILE.')
        .requiredOption('--out <file.csv>', 'the file')
        .option('--source <words>', 'whose labels they are', 'finkvra')
        .option(...FORCE)
        .action(async (flags: StarterFlags) =>
          write(await ofStore(flags.source, output, env), flags, output, env),
        ),
    );

const inUse = (env: Environment): StartingObject[] =>
  readStartingSet(readConfig(env).starterFile ?? SHIPPED_STARTING_SET);

const show = ({ json }: Pick<StarterFlags, 'json'>, output: Output, env: Environment): void => {
  const { start, starterFile } = readConfig(env);
  const objects = inUse(env);
  const kinds = Map.groupBy(objects, ({ label, source }) => JSON.stringify([label, source]));
  const rows = [...kinds.values()].flatMap((of) => {
    const [first] = of;
    return first === undefined ? [] : [{ label: first.label, source: first.source, objects: of.length }];
  });
  const file = starterFile ?? 'comes with the program';
  if (json === true) {
    output.print(
      JSON.stringify({ file, inUse: start === 'starter', objects: objects.length, rows }, null, 2),
    );
    return;
  }
  output.print(
    [
      `${plural(objects.length, 'object')} (${file}); ${
        start === 'starter' ? 'models train on it' : 'not in use: set START=starter'
      }.\n`,
      textTable(
        ['label', 'source', 'objects'],
        rows.map((row) => [row.label, row.source, String(row.objects)]),
      ),
    ].join('\n'),
  );
};

/** The store's labels with the answer galactic or not, for other teams to start from. */
const ofStore = async (source: string, output: Output, env: Environment): Promise<StartingObject[]> => {
  const db = await openExistingStore(readConfig(env), output);
  try {
    await measureAgain(db);
    const labels = await trainingLabels(db, 'galactic');
    if (labels.length === 0)
      throw new FinkvraError(
        'The store has no galactic-or-not label yet: label a round (npm start), or import labels (finkvra import labels).',
      );
    return labels.map(({ objectId, candid, y, answer, features }) => ({
      objectId,
      candid,
      label: y === 1 ? 'galactic' : 'not_galactic',
      type: answer,
      source,
      features,
    }));
  } finally {
    await db.destroy();
  }
};

const write = async (
  objects: readonly StartingObject[],
  { out, force }: StarterFlags,
  output: Output,
  env: Environment,
): Promise<void> => {
  const { dataDir } = readConfig(env);
  const file = outFile(out, { dataDir, force, endings: ['.csv'] });
  await file.write((draft) => writeFileSync(draft, startingSetText(objects)));
  output.print(`${plural(objects.length, 'object')} written to ${out}`);
};
