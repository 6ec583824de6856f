import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import pl from 'nodejs-polars';
import { messageOf } from '../../../lib/errors.ts';
import { decodeTableText, parseTableText } from '../../../lib/read-table-text.ts';
import type { FeatureMatrix } from '../engines/classifier.ts';
import { groupTableRows, isIdColumn, type RowGroups, type TextRow } from './row-groups.ts';

/** A labelled table to play active learning on: `y[i]` is 1 or 0, `groups[i]` the object of row i. */
export interface SimulationTable {
  readonly x: FeatureMatrix;
  readonly y: Uint8Array;
  readonly groups: readonly string[];
}

export interface TableOptions {
  /** The column with the classes, and which of its values are class 1 and class 0; other rows are left out. */
  readonly label: string;
  readonly positive: readonly string[];
  readonly negative: readonly string[];
  /**
   * The column that says which rows belong together, or 'none'; without it columns of ids that repeat and
   * positions say so, see `groupTableRows`.
   */
  readonly group: string | null;
  /** Feature columns; by default every numeric column except label, group and ids. */
  readonly features: readonly string[] | null;
}

/** A table that was read, and how its rows were put together. */
export interface ReadTable {
  readonly table: SimulationTable;
  readonly grouping: RowGroups;
}

/**
 * A labelled table from CSV or Parquet files, one below the other; where the classes are in files of their own, the two are
 * joined on the columns that both have. Text, empty and 'nan' are missing values.
 *
 * @throws Error naming the column or file that is wrong
 */
export const readSimulationTable = (
  paths: readonly string[],
  labelPaths: readonly string[],
  options: TableOptions,
): ReadTable => {
  const path = paths.join(', ');
  const table = paths.flatMap(readText);
  const rows = labelPaths.length === 0 ? table : join(table, labelPaths.flatMap(readText), path);
  const columns = [...(rows[0]?.keys() ?? [])];
  const group = options.group === 'none' && !columns.includes('none') ? null : options.group;
  for (const name of [options.label, group, ...(options.features ?? [])]) {
    if (name !== null && !columns.includes(name)) {
      throw new Error(`${path} has no column ${name}; it has ${columns.join(', ')}`);
    }
  }
  const labelled = rows.flatMap((row) => {
    const label = row.get(options.label) ?? '';
    if (options.positive.includes(label)) return [{ row, y: 1 }];
    return options.negative.includes(label) ? [{ row, y: 0 }] : [];
  });
  if (labelled.length === 0) {
    const seen = [...new Set(rows.map((row) => row.get(options.label) ?? ''))].slice(0, 10);
    throw new Error(
      `no row of ${path} has one of the classes ${[...options.positive, ...options.negative].join(', ')}; column ${options.label} holds ${seen.join(', ')}`,
    );
  }
  const names = options.features ?? columns.filter((name) => isFeature(name, labelled, options));
  const unreadable = (options.features ?? []).find((name) => !holdsNumbers(name, labelled));
  if (unreadable !== undefined) throw new Error(`column ${unreadable} of ${path} does not hold numbers`);
  if (names.length === 0) throw new Error(`${path} has no column of numbers to learn from`);
  const grouping = groupTableRows(
    labelled.map(({ row }) => row),
    { group: options.group, features: names },
  );
  const values = labelled.flatMap(({ row }) => names.map((name) => numberOf(row.get(name) ?? null)));
  return {
    table: {
      x: { names, rows: labelled.length, values: Float64Array.from(values) },
      y: Uint8Array.from(labelled, ({ y }) => y),
      groups: grouping.groups,
    },
    grouping,
  };
};

const numberOf = (text: string | null): number => {
  if (text === null || text.trim() === '') return Number.NaN;
  if (/^true$/i.test(text)) return 1;
  return /^false$/i.test(text) ? 0 : Number(text);
};

const isMissing = (text: string | null): boolean => text === null || /^(\s*|nan|null)$/i.test(text);

const isFeature = (
  name: string,
  rows: readonly { readonly row: TextRow }[],
  { label, group }: TableOptions,
): boolean => name !== label && name !== group && !isIdColumn(name) && holdsNumbers(name, rows);

/** At least one number, and nothing but numbers where there is something. */
const holdsNumbers = (name: string, rows: readonly { readonly row: TextRow }[]): boolean => {
  const values = rows.map(({ row }) => row.get(name) ?? null).filter((text) => !isMissing(text));
  return values.length > 0 && values.every((text) => !Number.isNaN(numberOf(text)));
};

/** A number with a decimal comma, which goes with semicolons between the columns. */
const withPoint = (text: string): string =>
  /^-?\d+,\d+(e[+-]?\d+)?$/i.test(text) ? text.replace(',', '.') : text;

/** The column of row numbers that pandas and R write. */
const isIndex = (name: string): boolean => /^(unnamed: \d+)?$/i.test(name);

const csvRows = (path: string): TextRow[] => {
  const file = basename(path);
  const { separator, rows } = parseTableText(decodeTableText(readFileSync(path), file), file);
  const value = separator === ';' ? withPoint : (text: string) => text;
  return rows.map(({ values }) => {
    const columns = Object.entries(values).filter(([name]) => !isIndex(name));
    return new Map(columns.map(([name, text]) => [name, value(text)]));
  });
};

const parquetRows = (path: string): TextRow[] => {
  const frame = pl.readParquet(path);
  const columns = frame.columns;
  const text = frame.select(...columns.map((name) => pl.col(name).cast(pl.Utf8)));
  const values = columns.map((name) => text.getColumn(name).toArray());
  return Array.from(
    { length: frame.height },
    (_, i) => new Map(columns.map((name, c) => [name, values[c]?.[i] == null ? null : String(values[c][i])])),
  );
};

/** Every value as text: an id of 19 digits keeps them all. */
const readText = (path: string): TextRow[] => {
  const ending = extname(path).toLowerCase();
  if (ending !== '.csv' && ending !== '.parquet') {
    throw new Error(`${path}: name a table that ends in .csv or .parquet`);
  }
  try {
    return ending === '.csv' ? csvRows(path) : parquetRows(path);
  } catch (error) {
    throw new Error(
      `${path} cannot be read: ${messageOf(error)}; name a table with --from, .csv or .parquet`,
      {
        cause: error,
      },
    );
  }
};

const join = (left: readonly TextRow[], right: readonly TextRow[], path: string): TextRow[] => {
  const shared = [...(left[0]?.keys() ?? [])].filter((name) => right[0]?.has(name));
  if (shared.length === 0)
    throw new Error(`${path} and the table of labels have no column in common to join them on`);
  const keyOf = (row: TextRow): string => JSON.stringify(shared.map((name) => row.get(name) ?? null));
  const byKey = new Map(right.map((row) => [keyOf(row), row]));
  return left.flatMap((row) => {
    const found = byKey.get(keyOf(row));
    return found === undefined ? [] : [new Map([...row, ...found])];
  });
};
