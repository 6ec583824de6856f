import { FinkvraError } from '../../lib/errors.ts';
import { type DateOrder, readDates } from '../../lib/read-dates.ts';
import type { TableRow } from '../../lib/read-table-text.ts';
import { objectIdOf } from '../../pipeline/ingest/field-values.ts';
import { ANSWERS, fineLabelOf } from '../../pipeline/learning/answers.ts';
import { FINE_LABELS, type FineLabel } from '../../pipeline/learning/label-maps.ts';
import { readObjectName } from '../../pipeline/object-name.ts';
import { candidsBetween, candidsOfObject, type LabelToImport } from '../../store/intake/imports.ts';
import type { Db } from '../../store/open-store.ts';
import {
  candidRange,
  isRoundedColumn,
  readCandid,
  settleCandid,
  type WrittenCandid,
} from './rounded-candid.ts';

/** Ways to write a column's name; case, spaces and the portal's `i:` make no difference. */
const NAMES = {
  objectId: ['objectid', 'object', 'oid'],
  candid: ['candid'],
  label: ['label'],
  timestamp: ['timestamp', 'at', 'time', 'date', 'datetime'],
  round: ['round'],
} as const;

export type Column = keyof typeof NAMES;

const simple = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^[id]:/, '')
    .replace(/[^a-z0-9]/g, '');

/** A column by any of its names; undefined where there is none. */
const columnNamed = (columns: readonly string[], column: Column): string | undefined =>
  NAMES[column].flatMap((wanted: string) => columns.filter((one) => simple(one) === wanted))[0];

/** @throws FinkvraError naming the columns that a table needs and has not, as one without a header line */
export const assertColumns = (
  columns: readonly string[],
  wanted: readonly Column[],
  source: string,
): void => {
  const missing = wanted.filter((column) => columnNamed(columns, column) === undefined);
  if (missing.length === 0) return;
  throw new FinkvraError(
    `${source} line 1: the header must name the columns ${wanted.join(', ')}; it lacks ${missing.join(', ')} ` +
      `and has ${columns.join(', ')}`,
  );
};

export const textOf = (row: TableRow, column: Column): string => {
  const name = columnNamed(Object.keys(row.values), column);
  return (name === undefined ? undefined : row.values[name])?.trim() ?? '';
};

export const cell = (row: TableRow, column: Column, source: string): string => {
  const value = textOf(row, column);
  if (value === '') {
    throw new FinkvraError(`${source} line ${row.line}: the column ${column} is missing or empty`);
  }
  return value;
};

const candidOf = (row: TableRow, source: string): WrittenCandid => {
  const text = cell(row, 'candid', source);
  const written = readCandid(text);
  if (written !== null && written.value > 0n && written.value < 2n ** 63n) return written;
  throw new FinkvraError(`${source} line ${row.line}: "${text}" is no candid (a whole number)`);
};

/** The object of a row. @throws FinkvraError for a text that names none: its label would wait for ever */
const objectOf = (row: TableRow, source: string): string => {
  const text = cell(row, 'objectId', source);
  try {
    return objectIdOf(readObjectName(text));
  } catch {
    throw new FinkvraError(
      `${source} line ${row.line}: "${text.slice(0, 60)}" names no object, as ZTF25aapafwq does`,
    );
  }
};

/** The reference's labels and our own words for them: galactic is gal, not_galactic is extragal. */
const LABEL_WORDS: ReadonlyMap<string, FineLabel> = new Map([
  ...ANSWERS.flatMap((answer) => {
    const label = fineLabelOf(answer);
    return label === null ? [] : [[answer, label] as const];
  }),
  ...FINE_LABELS.map((label) => [label, label] as const),
]);

/** A row of our own export that says nothing of its object. */
const isSkip = (row: TableRow): boolean => textOf(row, 'label').toLowerCase() === 'skip';

const labelOf = (row: TableRow, source: string): FineLabel => {
  const text = cell(row, 'label', source).toLowerCase();
  const label = LABEL_WORDS.get(text.replace(/[\s-]+/g, '_'));
  if (label !== undefined) return label;
  throw new FinkvraError(
    `${source} line ${row.line}: the label "${text}" is none of ${[...LABEL_WORDS.keys()].join(', ')}`,
  );
};

/** A file's dates as times, and what to tell the user about them. */
const timesOf = (
  rows: readonly TableRow[],
  source: string,
  now: string,
  order: DateOrder | null,
): { readonly times: readonly string[]; readonly notes: readonly string[] } => {
  if (rows.every((row) => textOf(row, 'timestamp') === '')) {
    const note = `${source} has no dates (column timestamp): its labels are of now, ${now}`;
    return { times: rows.map(() => now), notes: rows.length === 0 ? [] : [note] };
  }
  const written = rows.map((row) => ({ line: row.line, text: cell(row, 'timestamp', source) }));
  const { times, assumed } = readDates(written, source, order);
  const other = assumed?.order === 'day-first' ? 'month-first' : 'day-first';
  const notes =
    assumed === null
      ? []
      : [
          `dates were read ${assumed.order} (${assumed.example}), nothing in the file tells; else say --dates ${other}`,
        ];
  return { times, notes };
};

interface LabelRow extends LabelToImport {
  readonly line: number;
}

/** Objects with two labels in one file, each said once with the first two lines that differ. */
const contradictions = (rows: readonly LabelRow[], source: string): string[] => {
  const first = new Map<string, LabelRow>();
  const said = new Map<string, string>();
  for (const row of rows) {
    const before = first.get(row.objectId);
    if (before === undefined) first.set(row.objectId, row);
    else if (before.label !== row.label && !said.has(row.objectId)) {
      const [counts] = [before, row].sort((a, b) => compareText(b.at, a.at) || b.line - a.line);
      said.set(
        row.objectId,
        `${source}: ${row.objectId} is ${before.label} in line ${before.line} and ${row.label} in line ${row.line}; ` +
          `the later one counts, line ${counts?.line}`,
      );
    }
  }
  return [...said.values()];
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Candids of the store that are enough to tell that one alone fits, or more. */
const ENOUGH = 500;

/**
 * Finds the candid that each row means, and notes each one that was corrected.
 * @throws FinkvraError naming the line of a rounded candid that cannot be corrected
 */
export const settleCandids = async (
  db: Db,
  rows: readonly { readonly row: TableRow; readonly objectId: string | null }[],
  source: string,
): Promise<{ readonly candids: readonly string[]; readonly notes: readonly string[] }> => {
  const all = rows.map((given) => ({ ...given, written: candidOf(given.row, source) }));
  const columnRounded = isRoundedColumn(all.map(({ written }) => written));
  const storedFor = ({ objectId, written }: (typeof all)[number]): Promise<string[]> => {
    if (objectId !== null) return candidsOfObject(db, objectId);
    const { from, to } = candidRange(written);
    return candidsBetween(db, from, to, ENOUGH);
  };
  const notes: string[] = [];
  const candids: string[] = [];
  for (const given of all) {
    const { row, objectId, written } = given;
    const stored = written.kind === 'whole' ? [] : await storedFor(given);
    const text = textOf(row, 'candid');
    const candid = settleCandid({ line: row.line, text, objectId, written, stored }, source, columnRounded);
    if (candid !== written.value.toString()) {
      const only = objectId === null ? 'the only alert' : `the only alert of ${objectId}`;
      notes.push(
        `${source} line ${row.line}: the candid ${text} was rounded; it is ${candid}, ${only} in the store that it can be`,
      );
    }
    candids.push(candid);
  }
  return { candids, notes };
};

/**
 * Labels of a table's rows, and what was corrected or assumed in reading them.
 * @param now ISO 8601: the date of labels in a file without dates
 * @throws FinkvraError that names the line that cannot be read
 */
export const readLabelRows = async (
  db: Db,
  all: readonly TableRow[],
  source: string,
  now: string,
  order: DateOrder | null,
): Promise<{ readonly rows: readonly LabelRow[]; readonly notes: readonly string[] }> => {
  const rows = all.filter((row) => !isSkip(row));
  const skipped = all.length - rows.length;
  const named = rows.map((row) => ({
    row,
    label: labelOf(row, source),
    objectId: objectOf(row, source),
  }));
  const { candids, notes: candidNotes } = await settleCandids(db, named, source);
  const { times, notes: dateNotes } = timesOf(rows, source, now, order);
  const read = named.map(({ row, label, objectId }, index): LabelRow => {
    const [candid = '', at = now] = [candids[index], times[index]];
    return { line: row.line, candid, objectId, label, at };
  });
  const skipNotes = skipped === 0 ? [] : [`${source}: rows with the answer skip are left out (${skipped})`];
  return { rows: read, notes: [...dateNotes, ...skipNotes, ...candidNotes, ...contradictions(read, source)] };
};
