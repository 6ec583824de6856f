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

const SEPARATORS = [',', ';', '\t', '|'] as const;

interface CsvRecord {
  /** The line that it begins on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** How often a separator occurs in the first line, outside quotes. */
const countIn = (line: string, separator: string): number =>
  line.replaceAll(/"[^"]*"/g, '').split(separator).length - 1;

const firstLineOf = (text: string): string => text.split(/\r\n?|\n/, 1)[0] ?? '';

const separatorOf = (header: string): string =>
  SEPARATORS.reduce((best, one) => (countIn(header, one) > countIn(header, best) ? one : best));

/** The records of a CSV text; quoted fields may hold separators, quotes and line ends. */
const recordsOf = (text: string, separator: string, firstLine: number, name: string): CsvRecord[] => {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let field = '';
  let quotedSince: number | null = null;
  let line = firstLine;
  let begun = firstLine;
  const endRecord = (): void => {
    const all = [...fields, field];
    if (all.some((one) => one.trim() !== '')) records.push({ line: begun, fields: all });
    fields = [];
    field = '';
    begun = line;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    const endsLine = char === '\n' || (char === '\r' && text[at + 1] !== '\n');
    if (endsLine) line += 1;
    if (quotedSince !== null) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quotedSince = null;
    } else if (char === '"' && field.trim() === '') {
      field = '';
      quotedSince = line;
    } else if (char === separator) {
      fields.push(field);
      field = '';
    } else if (endsLine) endRecord();
    else if (char !== '\r') field += char;
  }
  if (quotedSince !== null)
    throw new FinkvraError(`${name} line ${quotedSince}: a quote begins there that nothing ends`);
  endRecord();
  return records;
};

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
  const repeated = names.find((column, at) => column !== '' && names.indexOf(column) !== at);
  if (repeated !== undefined) throw new FinkvraError(`${name}: the header has the column ${repeated} twice`);
  const allLonger = rows.length > 0 && rows.every(({ fields }) => fields.length === names.length + 1);
  return allLonger && rows.some(({ fields }) => (fields.at(-1) ?? '').trim() !== '') ? ['', ...names] : names;
};

/**
 * The rows of a table as text, by column name. The separator (comma, semicolon, tab, bar) is found from the
 * header, or said by a first line `sep=;`; empty lines, and lines that begin with # before the header, are
 * left out.
 * @throws FinkvraError if a row is longer or shorter than the header, a column is repeated or a quote is not closed
 */
export const parseTableText = (text: string, name: string): TextTable => {
  let rest = text.replace(/^\uFEFF/, '');
  let firstLine = 1;
  let said: string | undefined;
  for (let head = firstLineOf(rest); /^(#|sep=.$)/i.test(head) && rest !== ''; head = firstLineOf(rest)) {
    said ??= /^sep=(.)$/i.exec(head)?.[1];
    rest = rest.slice(head.length).replace(/^(\r\n?|\n)/, '');
    firstLine += 1;
  }
  const separator = said ?? separatorOf(firstLineOf(rest.trimStart()));
  const [head, ...records] = recordsOf(rest, separator, firstLine, name);
  if (head === undefined) throw new FinkvraError(`${name} is empty: it needs a header line`);
  const columns = columnsOf(head, records, name);
  const rows = records.map(({ line, fields }) => {
    const values = fitted(fields, columns.length);
    if (values.length !== columns.length) {
      throw new FinkvraError(
        `${name} line ${line}: ${values.length} fields, where the header has ${columns.length}`,
      );
    }
    return { line, values: Object.fromEntries(columns.map((column, i) => [column, plain(values[i] ?? '')])) };
  });
  return { separator, columns, rows };
};
