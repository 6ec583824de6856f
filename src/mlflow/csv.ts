export type CsvField = string | number | null;

/** A field as RFC 4180 has it: quoted where it must be; null and NaN are empty, that is missing. */
const csvField = (field: CsvField): string => {
  if (field === null || Number.isNaN(field)) return '';
  const text = String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A table as CSV with a header, a line break after every line. */
export const csvText = (header: readonly string[], rows: Iterable<readonly CsvField[]>): string => {
  const lines = [header, ...rows].map((row) => row.map(csvField).join(','));
  return `${lines.join('\n')}\n`;
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
