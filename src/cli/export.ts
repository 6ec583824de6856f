import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Argument, Command, Option } from 'commander';
import { type Environment, readConfig } from '../config.ts';
import { exportRounds } from '../loop/export-rounds.ts';
import { exportAlerts } from '../store/alerts.ts';
import { exportLabels } from '../store/labels.ts';
import { type Db, openStore } from '../store/open-store.ts';
import { csvLine } from './csv.ts';
import type { Output } from './output.ts';

type Row = Readonly<Record<string, string | number | null>>;

const TABLES: Readonly<Record<string, (db: Db) => AsyncIterable<Row>>> = {
  alerts: exportAlerts,
  labels: exportLabels,
  rounds: exportRounds,
};

export const exportCommand = (output: Output, env: Environment): Command =>
  new Command('export')
    .description('Write what the store holds.')
    .addArgument(new Argument('<what>', 'which table').choices(Object.keys(TABLES)))
    .addOption(new Option('--format <format>', 'csv or json').choices(['csv', 'json']).default('csv'))
    .option('--out <file>', 'file to write; standard output without it')
    .option('--json', 'the same as --format json')
    .action(
      async (
        what: string,
        flags: { readonly format: string; readonly out?: string; readonly json?: boolean },
      ) => {
        const table = TABLES[what];
        if (table === undefined) throw new Error(`there is no table ${what}`);
        const db = await openStore(readConfig(env).databasePath);
        try {
          const lines =
            flags.json === true || flags.format === 'json' ? jsonLines(table(db)) : csvLines(table(db));
          const count = await (flags.out === undefined
            ? writeLines(lines, output.print)
            : writeFile(lines, flags.out));
          output.note(`${count} ${what}${flags.out === undefined ? '' : ` written to ${flags.out}`}`);
        } finally {
          await db.destroy();
        }
      },
    );

interface Lines {
  readonly lines: AsyncIterable<string>;
  readonly count: () => number;
}

const jsonLines = (rows: AsyncIterable<Row>): Lines => {
  let count = 0;
  async function* generate() {
    yield '[';
    let last: string | null = null;
    for await (const row of rows) {
      if (last !== null) yield `${last},`;
      last = JSON.stringify(row);
      count += 1;
    }
    if (last !== null) yield last;
    yield ']';
  }
  return { lines: generate(), count: () => count };
};

const csvLines = (rows: AsyncIterable<Row>): Lines => {
  let count = 0;
  async function* generate() {
    for await (const row of rows) {
      if (count === 0) yield csvLine(Object.keys(row));
      yield csvLine(Object.values(row));
      count += 1;
    }
  }
  return { lines: generate(), count: () => count };
};

const writeLines = async ({ lines, count }: Lines, write: (line: string) => void): Promise<number> => {
  for await (const line of lines) write(line);
  return count();
};

const writeFile = async ({ lines, count }: Lines, path: string): Promise<number> => {
  const file = createWriteStream(path);
  await once(file, 'open');
  for await (const line of lines) {
    if (!file.write(`${line}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return count();
};
