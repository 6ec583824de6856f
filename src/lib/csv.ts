export type CsvField = string | number | null;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Text that a spreadsheet would compute, with a quote before it so that it shows; read-table-text takes it off. */
export const defused = (text: string): string =>
  /^'*[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;

/**
 * A field as RFC 4180 has it: quoted where it must be, or where a spreadsheet would split it; null and NaN are
 * empty, that is missing.
 */
const csvField = (field: CsvField): string => {
  if (field === null || Number.isNaN(field)) return '';
  const text = typeof field === 'number' ? String(field) : defused(field);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
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
 * A number written as a float: 12 as "12.0". Otherwise a column of whole numbers is read as integers, which a
 * model's signature refuses.
 */
export const realText = (value: number): string | null => {
  if (Number.isNaN(value)) return null;
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
};
