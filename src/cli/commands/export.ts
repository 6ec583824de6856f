import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { Argument, Command, Option } from 'commander';
import pl from 'nodejs-polars';
import { type Environment, readConfig } from '../../config/config.ts';
import { csvLine } from '../../lib/csv.ts';
import { FinkvraError } from '../../lib/errors.ts';
import {
  exportCandidates,
  exportReferenceLabels,
  exportReferenceTraining,
  exportRounds,
} from '../../loop/rounds/export-tables.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { exportLabels } from '../../store/answers/labels.ts';
import type { Db } from '../../store/open-store.ts';
import { exportAlerts, exportAnswers, exportModels, exportTraining } from '../../store/rounds/exports.ts';
import { openExistingStore } from '../cli-store.ts';
import { FORCE, type OutFile, outFile } from '../out-file.ts';
import type { Output } from '../output.ts';

type Row = Readonly<Record<string, string | number | null>>;
/** Its classes and probabilities refer to the configured model type. */
type Table = (db: Db, type: ModelType) => AsyncIterable<Row>;

const TABLES: Readonly<Record<string, Table>> = {
  alerts: exportAlerts,
  labels: exportLabels,
  answers: exportAnswers,
  candidates: exportCandidates,
  models: exportModels,
  rounds: exportRounds,
  training: exportTraining,
};

/** Tables for which the reference program has its own file: labeled.csv and training_ids.csv. */
const REFERENCE_TABLES: Readonly<Record<string, Table>> = {
  labels: exportReferenceLabels,
  training: exportReferenceTraining,
};

interface ExportFlags {
  readonly format?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly reference?: boolean;
}

const FORMATS = ['csv', 'json', 'parquet'] as const;

const formatOf = ({ format, json, out }: ExportFlags): string => {
  if (json === true) return 'json';
  if (format !== undefined) return format;
  const ending = /\.(csv|json|parquet)$/i.exec(out ?? '')?.[1];
  return ending?.toLowerCase() ?? 'csv';
};

/** The format follows the file name's ending; with --format the file may have any name. */
const endingsFor = ({ format, json }: ExportFlags): { readonly endings?: readonly string[] } =>
  json === true || format !== undefined ? {} : { endings: FORMATS.map((known) => `.${known}`) };

export const exportCommand = (output: Output, env: Environment): Command =>
  new Command('export')
    .addArgument(new Argument('<what>', 'which table').choices(Object.keys(TABLES)))
    .addOption(
      new Option(
        '--format <format>',
        "csv, json or parquet; by default from the file's ending, else csv",
      ).choices([...FORMATS]),
    )
    .option('--out <file>', 'file to write; standard output without it')
    .option(...FORCE)
    .option('--reference', "labels or training as the reference program's labeled.csv or training_ids.csv")
    .option('--json', 'the same as --format json')
    .action(async (what: string, flags: ExportFlags) => {
      const table = (flags.reference === true ? REFERENCE_TABLES : TABLES)[what];
      if (table === undefined) {
        throw new FinkvraError(
          `The reference program has no file of ${what}: --reference goes with ${Object.keys(REFERENCE_TABLES).join(' or ')}.`,
        );
      }
      const format = formatOf(flags);
      if (format === 'parquet' && flags.out === undefined) {
        throw new FinkvraError('Parquet is a binary format: name a file with --out.');
      }
      const config = readConfig(env);
      const { dataDir, modelType } = config;
      const out =
        flags.out === undefined ? null : outFile(flags.out, { dataDir, ...flags, ...endingsFor(flags) });
      const db = await openExistingStore(config, output);
      try {
        const count = await write(table(db, modelType), format, out, output);
        output.note(`${count} ${what}${out === null ? '' : ` written to ${out.path}`}`);
      } finally {
        await db.destroy();
      }
    });

const write = async (
  rows: AsyncIterable<Row>,
  format: string,
  out: OutFile | null,
  output: Output,
): Promise<number> => {
  const lines = format === 'json' ? jsonLines(rows) : csvLines(rows);
  if (out === null) return writeLines(lines, output.print);
  let count = 0;
  await out.write(async (draft) => {
    count = await (format === 'parquet' ? writeParquet(rows, draft) : writeText(lines, draft));
  });
  return count;
};

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

const writeLines = async ({ lines, count }: Lines, print: (line: string) => void): Promise<number> => {
  for await (const line of lines) print(line);
  return count();
};

const writeText = async ({ lines, count }: Lines, path: string): Promise<number> => {
  const file = createWriteStream(path);
  await once(file, 'open');
  for await (const line of lines) {
    if (!file.write(`${line}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return count();
};

/** Numeric if every value is a number or missing, else strings; candids and dates stay text. */
const column = (name: string, values: readonly (string | number | null)[]): pl.Series => {
  const numbers = values.filter((value) => typeof value === 'number');
  const isText = values.some((value) => typeof value === 'string');
  if (isText) {
    return pl.Series(
      name,
      values.map((value) => (value === null ? null : String(value))),
      pl.String,
    );
  }
  const whole = numbers.length > 0 && numbers.every(Number.isSafeInteger);
  return pl.Series(name, [...values], whole ? pl.Int64 : pl.Float64);
};

const writeParquet = async (rows: AsyncIterable<Row>, path: string): Promise<number> => {
  const columns = new Map<string, (string | number | null)[]>();
  let count = 0;
  for await (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const values = columns.get(name) ?? [];
      values.push(value);
      columns.set(name, values);
    }
    count += 1;
  }
  const frame = pl.DataFrame([...columns].map(([name, values]) => column(name, values)));
  // Through a buffer: polars crashes on a path that it cannot open, while Node names the path and the reason.
  await writeFile(path, frame.writeParquet({ compression: 'zstd' }));
  return count;
};
