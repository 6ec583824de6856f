import { readFile, stat } from 'node:fs/promises';
import { parseExact } from '../../../lib/parse-exact.ts';
import { decodeTableText, parseTableText } from '../../../lib/read-table-text.ts';
import { checkShape } from '../packet-shape.ts';
import { alertItem } from '../packet-to-alert.ts';
import { NoAlertsError, type Origin, type ReadItem, unreadable } from '../source.ts';
import { isNoAlert, packetOfRow, type TableRecord } from './table-row.ts';

/** A table is held in memory whole: some 200 bytes an alert, 300,000 alerts. */
const largestTable = 64 * 1024 * 1024;

/**
 * The alerts of a table as text, as Fink's portal and its API give them (columns `i:` and `d:`), or with a packet's
 * own names: CSV with any separator, or JSON (a list of rows). They have no history. Upper limits among the rows
 * are no alerts and are passed over.
 */
export async function* readTableFile(path: string): AsyncGenerator<ReadItem, void, void> {
  const { size } = await stat(path);
  if (size > largestTable) {
    const reason = `a table of ${size} bytes: split it into files of at most ${largestTable}`;
    yield unreadable(reason, { name: path, kind: 'file' });
    return;
  }
  yield* readTable(await readFile(path), path);
}

/** As `readTableFile`, from bytes; `name` is their place for messages. */
export function* readTable(bytes: Uint8Array, name: string): Generator<ReadItem, void, void> {
  const at = (position?: number): Origin => ({
    name,
    kind: 'file',
    ...(position === undefined ? {} : { position }),
  });
  let rows: readonly TableRecord[];
  try {
    rows = rowsOf(bytes, name);
    checkShape(new Set(rows.slice(0, headRows).flatMap(namesOf)));
  } catch (error) {
    yield unreadable(error, at());
    return;
  }
  for (const [position, row] of rows.entries()) {
    if (isNoAlert(row)) continue;
    try {
      yield alertItem(isRecord(row.candidate) ? row : packetOfRow(row), at(position));
    } catch (error) {
      yield unreadable(error, at(position));
    }
  }
}

function rowsOf(bytes: Uint8Array, name: string): readonly TableRecord[] {
  if (bytes.byteLength === 0) throw new Error('the file is empty');
  const text = decodeTableText(bytes, name).replace(/^\uFEFF/, '');
  if (!/^\s*[[{]/.test(text)) return parseTableText(text, name).rows.map(({ values }) => values);
  const records = jsonRows(text).filter(isRecord);
  const [first] = records;
  if (first !== undefined && isRecord(first.candid ?? first['i:candid'])) {
    throw new Error("JSON by column: write it by row (pandas: to_json(orient='records'))");
  }
  if (records.length === 0) throw new NoAlertsError('this holds no alerts: it is JSON without a row');
  return records;
}

/** A list of rows, one row, or a row a line. */
function jsonRows(text: string): readonly unknown[] {
  try {
    const parsed = parseExact(text);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch (error) {
    if (!/^\s*\{.*\}\s*\n\s*\{/.test(text)) throw error;
    return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parseExact(line)]));
  }
}

/** Rows whose names are looked at: JSON need not repeat those of missing values. */
const headRows = 100;

/** A row's columns, and `candidate.jd` for those of a whole packet's record. */
function namesOf(row: TableRecord): string[] {
  const inside = isRecord(row.candidate) ? Object.keys(row.candidate) : [];
  return [...Object.keys(row), ...inside.map((name) => `candidate.${name}`)];
}

const isRecord = (value: unknown): value is TableRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
