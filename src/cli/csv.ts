import { FinkvraError } from '../lib/errors.ts';

/** One line of CSV: a field is quoted when it needs to be, null is empty. */
export const csvLine = (fields: readonly (string | number | null)[]): string =>
  fields
    .map((field) => {
      const text = field === null ? '' : String(field);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');

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

/** A whole table as CSV with its head; '' for a table without rows. */
export const csvText = async (
  rows: AsyncIterable<Readonly<Record<string, string | number | null>>>,
): Promise<string> => {
  const lines: string[] = [];
  for await (const row of rows) {
    if (lines.length === 0) lines.push(csvLine(Object.keys(row)));
    lines.push(csvLine(Object.values(row)));
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
};
