import { readFile, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { decodeTableText, openTableText } from '../../../lib/read-table-text.ts';
import { checkShape } from '../packet-shape.ts';
import { alertItem } from '../packet-to-alert.ts';
import { NoAlertsError, type Origin, type ReadItem, unreadable } from '../source.ts';
import { jsonRecords } from './json-records.ts';
import { isNoAlert, packetOfRow, type TableRecord } from './table-row.ts';

/** A table is held in memory whole: some 200 bytes an alert, 300,000 alerts. */
const LARGEST_TABLE = 64 * 1024 * 1024;

/**
 * The alerts of a table as text, as Fink's portal and its API give them (columns `i:` and `d:`), or with a packet's
 * own names: CSV with any separator, or JSON (a list of rows). They have no history. Upper limits among the rows
 * are no alerts and are passed over.
 */
export async function* readTableFile(path: string): AsyncGenerator<ReadItem, void, void> {
  const { size } = await stat(path);
  if (size > LARGEST_TABLE) {
    const reason = `a table of ${size} bytes: split it into files of at most ${LARGEST_TABLE}`;
    yield unreadable(reason, { name: path, kind: 'file' });
    return;
  }
  yield* readTable(await readFile(path), path);
}

/** Milliseconds of parsing after which other work gets its TURN. */
const TURN = 15;

/** As `readTableFile`, from bytes; `name` is their place for messages. Rows are made one by one. */
export async function* readTable(bytes: Uint8Array, name: string): AsyncGenerator<ReadItem, void, void> {
  let last = performance.now();
  for (const item of itemsOf(bytes, name)) {
    if (item !== null) yield item;
    if (performance.now() - last < TURN) continue;
    await setImmediate();
    last = performance.now();
  }
}

/** A table's items; null for each row that is passed over. */
function* itemsOf(bytes: Uint8Array, name: string): Generator<ReadItem | null, void, void> {
  let position = 0;
  const here = (): Origin => ({ name, kind: 'file', position });
  const itemOf = (row: TableRow): ReadItem | null => {
    if ('problem' in row) return unreadable(row.problem, here());
    if (isNoAlert(row.record)) return null;
    try {
      return alertItem(isRecord(row.record.candidate) ? row.record : packetOfRow(row.record), here());
    } catch (error) {
      return unreadable(error, here());
    }
  };
  try {
    const rows = rowsOf(bytes, name);
    const head = headOf(rows);
    checkShape(new Set(head.flatMap((row) => ('record' in row ? namesOf(row.record) : []))));
    for (const row of head) {
      yield itemOf(row);
      position++;
    }
    for (const row of rows) {
      yield itemOf(row);
      position++;
    }
  } catch (error) {
    yield unreadable(error, position === 0 ? { name, kind: 'file' } : here());
  }
}

type TableRow = { readonly record: TableRecord } | { readonly problem: string };

function* rowsOf(bytes: Uint8Array, name: string): Generator<TableRow, void, void> {
  if (bytes.byteLength === 0) throw new Error('the file is empty');
  const text = decodeTableText(bytes, name).replace(/^\uFEFF/, '');
  if (/^\s*[[{]/.test(text)) {
    yield* jsonRowsOf(text);
    return;
  }
  const { separator, rows } = openTableText(text, name);
  for (const row of rows()) {
    if ('problem' in row) yield { problem: `line ${row.line}: ${row.problem}` };
    else yield { record: separator === ',' ? row.values : withPoints(row.values) };
  }
}

/** Where fields are not parted by commas, these part a number's decimals. */
const withPoints = (values: TableRecord): TableRecord =>
  Object.fromEntries(
    Object.entries(values).map(([column, value]) => [
      column,
      typeof value === 'string' && /^\s*[+-]?\d+,\d+(e[+-]?\d+)?\s*$/i.test(value)
        ? value.replace(',', '.')
        : value,
    ]),
  );

function* jsonRowsOf(text: string): Generator<TableRow, void, void> {
  let isRead = false;
  let problem: string | null = null;
  for (const row of jsonRecords(text)) {
    if ('problem' in row) {
      problem ??= row.problem;
      if (isRead) yield row;
      continue;
    }
    if (!isRecord(row.value)) continue;
    if (!isRead) checkByRow(row.value);
    isRead = true;
    yield { record: row.value };
  }
  if (!isRead && problem !== null) throw new Error(problem);
  if (!isRead) throw new NoAlertsError('this holds no alerts: it is JSON without a row');
}

/** @throws Error in words for JSON whose rows are not at its top */
function checkByRow(first: TableRecord): void {
  const candid = first.candid ?? first['i:candid'];
  if (
    (typeof candid === 'object' && candid !== null) ||
    (Array.isArray(first.columns) && Array.isArray(first.data))
  ) {
    throw new Error("JSON by column: write it by row (pandas: to_json(orient='records'))");
  }
  const inside = Object.entries(first).find(([, value]) => Array.isArray(value) && value.some(hasName))?.[0];
  if (inside !== undefined && !hasName(first)) {
    throw new Error(`its rows are in "${inside}": write the list of rows alone`);
  }
}

const hasName = (value: unknown): boolean =>
  isRecord(value) && ('objectId' in value || 'i:objectId' in value);

/** The first rows, whose names are looked at: JSON need not repeat those of missing values. */
function headOf(rows: Iterator<TableRow>): TableRow[] {
  const head: TableRow[] = [];
  while (head.length < HEAD_ROWS) {
    const next = rows.next();
    if (next.done === true) break;
    head.push(next.value);
  }
  return head;
}

const HEAD_ROWS = 100;

/** A row's columns, and `candidate.jd` for those of a whole packet's record. */
function namesOf(row: TableRecord): string[] {
  const inside = isRecord(row.candidate) ? Object.keys(row.candidate) : [];
  return [...Object.keys(row), ...inside.map((name) => `candidate.${name}`)];
}

const isRecord = (value: unknown): value is TableRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
