import { FinkvraError } from './errors.ts';

export type CsvField = string | number | null;

/** A field as RFC 4180 has it: quoted where it must be; null and NaN are empty, that is missing. */
const csvField = (field: CsvField): string => {
  if (field === null || Number.isNaN(field)) return '';
  const text = String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line of CSV, without its line break. */
export const csvLine = (fields: readonly CsvField[]): string => fields.map(csvField).join(',');

/** A table as CSV with a header, a line break after every line. */
export const csvText = (header: readonly string[], rows: Iterable<readonly CsvField[]>): string =>
  `${[header, ...rows].map(csvLine).join('\n')}\n`;

/** A whole table whose header is the first row's keys; '' for a table without rows. */
export const csvOfRecords = async (
  rows: AsyncIterable<Readonly<Record<string, CsvField>>>,
): Promise<string> => {
  const lines: string[] = [];
  for await (const row of rows) {
    if (lines.length === 0) lines.push(csvLine(Object.keys(row)));
    lines.push(csvLine(Object.values(row)));
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
};

/**
 * A number that a reader takes for a real one: 12 as "12.0", so that a column of whole numbers is not read as
 * integers, which a model's signature refuses.
 */
export const realText = (value: number): string | null => {
  if (Number.isNaN(value)) return null;
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
};

interface CsvRecord {
  /** The line that it begins on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** The records of a CSV text; quoted fields may hold commas, quotes and line ends. */
const csvRecords = (text: string): CsvRecord[] => {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let line = 1;
  let begins = 1;
  const endRecord = (): void => {
    if (fields.length > 0 || field !== '') records.push({ line: begins, fields: [...fields, field] });
    fields = [];
    field = '';
    begins = line;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\n') line += 1;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      fields.push(field);
      field = '';
    } else if (char === '\n') endRecord();
    else if (char !== '\r') field += char;
  }
  endRecord();
  return records;
};

/**
 * The rows of a CSV text by column name; a byte order mark is no part of it.
 * @throws FinkvraError for a row of another length than the header
 */
export const parseCsv = (
  text: string,
  name: string,
): { readonly line: number; readonly values: Readonly<Record<string, string>> }[] => {
  const [head, ...records] = csvRecords(text.replace(/^\uFEFF/, ''));
  if (head === undefined) throw new FinkvraError(`${name} is empty: it needs a header line`);
  return records.map(({ line, fields }) => {
    if (fields.length !== head.fields.length) {
      throw new FinkvraError(
        `${name} line ${line}: ${fields.length} fields, where the header has ${head.fields.length}`,
      );
    }
    return {
      line,
      values: Object.fromEntries(head.fields.map((column, i) => [column.trim(), fields[i] ?? ''])),
    };
  });
};
