import { FinkvraError } from '../../lib/errors.ts';
import { answerOfLabel } from '../../pipeline/learning/answers.ts';
import { classOfLabel, FINE_LABELS, MODEL_TYPES } from '../../pipeline/learning/label-maps.ts';
import type { ImportedMeaning } from '../../store/intake/imports.ts';
import {
  attachImportedLabels,
  countUnattachedLabels,
  keepImportedLabels,
  keepImportedTraining,
  type LabelToImport,
  labelledCandids,
  type TrainingIdToImport,
} from '../../store/intake/imports.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';

/** A row of a CSV file by column name, with its line in the file. */
export interface CsvRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export interface ImportedLabels {
  readonly read: number;
  readonly kept: number;
  /** Rows whose object and candid came before in the file or in an earlier import. */
  readonly repeated: number;
  /** Objects that now have a label made of these or earlier imports. */
  readonly attached: number;
  /** Objects of imported labels whose alerts the store does not have yet; attached when they come. */
  readonly waiting: number;
}

const cell = (row: CsvRow, column: string, source: string): string => {
  const value = row.values[column]?.trim();
  if (value === undefined || value === '') {
    throw new FinkvraError(`${source} line ${row.line}: the column ${column} is missing or empty`);
  }
  return value;
};

const candidOf = (row: CsvRow, source: string): string => {
  const candid = cell(row, 'candid', source);
  if (/^\d{1,20}$/.test(candid)) return candid;
  throw new FinkvraError(
    `${source} line ${row.line}: "${candid}" is no candid (a whole number; a spreadsheet may have rounded it)`,
  );
};

/** `2025-05-20T14:03:11.123456`, which the reference writes in UTC without saying so, with a Z. */
const timeOf = (row: CsvRow, source: string): string => {
  const text = cell(row, 'timestamp', source).replace(' ', 'T');
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
  const at = Date.parse(zoned ? text : `${text}Z`);
  if (Number.isNaN(at)) throw new FinkvraError(`${source} line ${row.line}: "${text}" is no date and time`);
  return zoned && !text.endsWith('Z') ? new Date(at).toISOString() : `${text.replace(/Z$/, '')}Z`;
};

/**
 * Takes in labels of the reference program (candid, objectId, label, timestamp), with their dates, one an
 * object and candid; of repeated rows in a file the latest. All of the file is taken in or nothing.
 * @throws FinkvraError that names the line that cannot be read
 */
export const importLabels = async (
  db: Db,
  rows: readonly CsvRow[],
  source: string,
  clock: () => Date,
): Promise<ImportedLabels> => {
  const known = REFERENCE_LABELS.map(({ label }) => label);
  const labels = new Map<string, LabelToImport>();
  for (const row of rows) {
    const label = cell(row, 'label', source).toLowerCase();
    if (!known.includes(label)) {
      throw new FinkvraError(
        `${source} line ${row.line}: the label "${label}" is none of ${known.join(', ')}`,
      );
    }
    const imported = {
      candid: candidOf(row, source),
      objectId: cell(row, 'objectId', source),
      label,
      at: timeOf(row, source),
    };
    const key = `${imported.objectId} ${imported.candid}`;
    const before = labels.get(key);
    if (before === undefined || before.at <= imported.at) labels.set(key, imported);
  }
  return inTransaction(db, async (trx) => {
    const kept = await keepImportedLabels(trx, [...labels.values()], source, clock().toISOString());
    return {
      read: rows.length,
      kept,
      repeated: rows.length - kept,
      attached: await attachImportedLabels(trx, REFERENCE_LABELS),
      waiting: await countUnattachedLabels(trx),
    };
  });
};

/** Makes labels of imported ones whose alerts have come in since. */
export const attachLabels = (db: Db): Promise<number> => attachImportedLabels(db, REFERENCE_LABELS);

export interface ImportedTraining {
  readonly name: string;
  readonly read: number;
  readonly kept: number;
  readonly repeated: number;
  /** Of those read, how many have a label here. */
  readonly labelled: number;
}

/**
 * Takes in which alerts a reference program trained on in which round (candid, round), from a file named
 * `<strategy>_<model>_training_ids.csv`. Rounds go out again with `export training`; what is trained on here
 * is decided by labels alone.
 * @throws FinkvraError that names the line that cannot be read
 */
export const importTraining = async (
  db: Db,
  rows: readonly CsvRow[],
  source: string,
  clock: () => Date,
): Promise<ImportedTraining> => {
  const name = source.replace(/_?training_ids\.csv$/, '').replace(/\.csv$/, '');
  const ids = new Map<string, TrainingIdToImport>();
  for (const row of rows) {
    const round = Number(cell(row, 'round', source));
    if (!Number.isInteger(round) || round < 0) {
      throw new FinkvraError(`${source} line ${row.line}: "${row.values.round}" is no round`);
    }
    const candid = candidOf(row, source);
    if (!ids.has(candid)) ids.set(candid, { candid, round });
  }
  return inTransaction(db, async (trx) => {
    const kept = await keepImportedTraining(trx, name, [...ids.values()], source, clock().toISOString());
    const labelled = (await labelledCandids(trx, [...ids.keys()])).size;
    return { name, read: rows.length, kept, repeated: rows.length - kept, labelled };
  });
};

/** The six labels of HeloiseS/finkvra as answers; `real` and `bogus` have no class for most model types. */
export const REFERENCE_LABELS: readonly ImportedMeaning[] = FINE_LABELS.map((label) => ({
  label,
  answer: answerOfLabel(label),
  telling: MODEL_TYPES.every((type) => classOfLabel(type, label) !== null),
}));
