import { type CsvRecord, csvRecords } from './csv-records.ts';
import { FinkvraError } from './errors.ts';

/** Binary files by their first bytes, and what to do about each. */
const OTHER_KINDS: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'an Excel workbook or another archive: save the table as CSV' },
  { magic: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file: write the table as CSV' },
  { magic: [0x1f, 0x8b], what: 'compressed: unpack it first' },
];

const begins = (bytes: Uint8Array, ...magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte);

/** Bytes looked at to detect UTF-16 without a byte order mark: every other byte is zero. */
const LOOKED_AT = 512;

const zeroesAt = (bytes: Uint8Array, parity: 0 | 1): number => {
  let zeroes = 0;
  for (let at = parity; at < Math.min(bytes.length, LOOKED_AT); at += 2) if (bytes[at] === 0) zeroes += 1;
  return zeroes;
};

const encodingOf = (bytes: Uint8Array): string => {
  if (begins(bytes, 0xff, 0xfe)) return 'utf-16le';
  if (begins(bytes, 0xfe, 0xff)) return 'utf-16be';
  const half = Math.min(bytes.length, LOOKED_AT) / 4;
  if (zeroesAt(bytes, 1) > half) return 'utf-16le';
  if (zeroesAt(bytes, 0) > half) return 'utf-16be';
  return 'utf-8';
};

/**
 * The text of a table as spreadsheets and editors write it: UTF-8 or UTF-16, with or without a byte order mark.
 * Invalid UTF-8 is read as Windows-1252, which older versions of Excel write. @throws FinkvraError for a binary file
 */
export const decodeTableText = (bytes: Uint8Array, name: string): string => {
  const other = OTHER_KINDS.find(({ magic }) => begins(bytes, ...magic));
  if (other !== undefined) throw new FinkvraError(`${name} is ${other.what}.`);
  const encoding = encodingOf(bytes);
  const text = decoded(bytes, encoding);
  if (text.includes('\0')) throw new FinkvraError(`${name} is no text: a table as CSV is needed.`);
  return text;
};

const decoded = (bytes: Uint8Array, encoding: string): string => {
  if (encoding !== 'utf-8') return new TextDecoder(encoding).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
};

/** Characters of the header that tell the separator. */
const LONGEST_LINE = 1_000_000;
const [NEWLINE, RETURN] = [0x0a, 0x0d];

const SEPARATORS = [',', ';', '\t', '|'] as const;

/** How often a separator occurs in the first line, outside quotes. */
const countIn = (line: string, separator: string): number =>
  line.replaceAll(/"[^"]*"/g, '').split(separator).length - 1;

const separatorOf = (header: string): string =>
  SEPARATORS.reduce((best, one) => (countIn(header, one) > countIn(header, best) ? one : best));

/** Removes the empty fields that a spreadsheet leaves at the end of a row. */
const fitted = (fields: readonly string[], columns: number): readonly string[] => {
  const rest = fields.slice(columns);
  return rest.every((field) => field.trim() === '') ? fields.slice(0, columns) : fields;
};

/** Removes the quote that csvField puts before text that a spreadsheet would compute. */
const plain = (field: string): string => (/^'+[=+\-@\t\r]/.test(field) ? field.slice(1) : field);

/** A row of a table by column name, with its line in the file. */
export interface TableRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export interface TextTable {
  readonly separator: string;
  /** Names of the header; '' for an index. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** The header's names; a first column without a name is an index (pandas, R), its name here is ''. */
const columnsOf = (head: CsvRecord, rows: readonly CsvRecord[], name: string): string[] => {
  const names = head.fields.map((column) => column.trim());
  while (names.length > 1 && names.at(-1) === '') names.pop();
  const seen = new Set<string>();
  const repeated = names.find((column) => column !== '' && seen.size === seen.add(column).size);
  if (repeated !== undefined) throw new FinkvraError(`${name}: the header has the column ${repeated} twice`);
  const allLonger = rows.length > 0 && rows.every(({ fields }) => fields.length === names.length + 1);
  return allLonger && rows.some(({ fields }) => (fields.at(-1) ?? '').trim() !== '') ? ['', ...names] : names;
};

/** A row that does not fit the header. */
export interface MisfitRow {
  readonly line: number;
  readonly problem: string;
}

export interface OpenTable {
  readonly separator: string;
  /** Names of the header; '' for an index. */
  readonly columns: readonly string[];
  /** The rows, made as they are asked for. @throws FinkvraError if a quote is not closed */
  rows(): Generator<TableRow | MisfitRow, void, void>;
}

/** Rows by which an index without a name is known. */
const HEAD_ROWS = 100;

/**
 * A table as text, row by row. The separator (comma, semicolon, tab, bar) is found from the header, or said by a
 * first line `sep=;`; empty lines, and lines that begin with # before the header, are left out.
 * @throws FinkvraError if a column is repeated, or there is no header
 */
export const openTableText = (text: string, name: string): OpenTable => {
  const { at, line, said } = headerPlace(text);
  const separator = said ?? separatorOf(firstLineAt(text, at));
  const records = csvRecords(text, separator, { at, line }, name);
  const head = records.next().value ?? undefined;
  if (head === undefined) throw new FinkvraError(`${name} is empty: it needs a header line`);
  const peeked: CsvRecord[] = [];
  while (peeked.length < HEAD_ROWS) {
    const next = records.next();
    if (next.done === true) break;
    peeked.push(next.value);
  }
  const columns = columnsOf(head, peeked, name);
  const rowOf = ({ line, fields }: CsvRecord): TableRow | MisfitRow => {
    const values = fitted(fields, columns.length);
    if (values.length !== columns.length) {
      return { line, problem: `${values.length} fields, where the header has ${columns.length}` };
    }
    return { line, values: Object.fromEntries(columns.map((column, i) => [column, plain(values[i] ?? '')])) };
  };
  return {
    separator,
    columns,
    *rows() {
      for (const record of peeked) yield rowOf(record);
      for (const record of records) yield rowOf(record);
    },
  };
};

/** Where the header begins: behind a byte order mark, comments and a line that says the separator. */
const headerPlace = (text: string): { at: number; line: number; said: string | undefined } => {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  let said: string | undefined;
  while (at < text.length) {
    const head = firstLineAt(text, at);
    const separator = /^sep=(.)$/i.exec(head)?.[1];
    if (separator === undefined && !head.startsWith('#')) break;
    said ??= separator;
    at += head.length;
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
  }
  // Empty lines before the header say nothing of the separator.
  while (at < text.length && /\s/.test(text.charAt(at)) && text.charAt(at) !== '\t') {
    const isLine = text.charAt(at) === '\n' || (text.charAt(at) === '\r' && text.charAt(at + 1) !== '\n');
    if (isLine) line += 1;
    at += 1;
  }
  return { at, line, said };
};

/** A line's text from a place, without its end; of a very long one the beginning. */
const firstLineAt = (text: string, at: number): string => {
  const last = Math.min(text.length, at + LONGEST_LINE);
  for (let end = at; end < last; end += 1) {
    const code = text.charCodeAt(end);
    if (code === NEWLINE || code === RETURN) return text.slice(at, end);
  }
  return text.slice(at, last);
};

/**
 * The rows of a table as text, by column name, all of them (see `openTableText`).
 * @throws FinkvraError if a row is longer or shorter than the header, a column is repeated or a quote is not closed
 */
export const parseTableText = (text: string, name: string): TextTable => {
  const { separator, columns, rows } = openTableText(text, name);
  const read: TableRow[] = [];
  for (const row of rows()) {
    if ('problem' in row) throw new FinkvraError(`${name} line ${row.line}: ${row.problem}`);
    read.push(row);
  }
  return { separator, columns, rows: read };
};
