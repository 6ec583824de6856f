import { FinkvraError } from '../../lib/errors.ts';
import type { DateOrder } from '../../lib/read-dates.ts';
import type { TableRow } from '../../lib/read-table-text.ts';
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
import { cell, readLabelRows, settleCandids, textOf } from './label-rows.ts';

export interface ImportedLabels {
  readonly read: number;
  readonly kept: number;
  /** Rows whose object and candid came before in the file or in an earlier import. */
  readonly repeated: number;
  /** Objects that now have a label made of these or earlier imports. */
  readonly attached: number;
  /** Objects of imported labels whose alerts the store does not have yet; attached when they come. */
  readonly waiting: number;
  /** What was corrected or assumed, for the user; absent if nothing was. */
  readonly notes?: readonly string[];
}

/**
 * Takes in labels of the reference program (candid, objectId, label, timestamp) or of our own export, with
 * their dates: one label for each object and candid, of repeated rows the latest. All of the file is taken in,
 * or nothing.
 * @param order whether 01/06/2025 is day or month first; null to find out
 * @throws FinkvraError that names the line that cannot be read
 */
export const importLabels = async (
  db: Db,
  rows: readonly TableRow[],
  source: string,
  clock: () => Date,
  order: DateOrder | null = null,
): Promise<ImportedLabels> => {
  const now = clock().toISOString();
  const { rows: read, notes } = await readLabelRows(db, rows, source, now, order);
  const labels = new Map<string, LabelToImport>();
  for (const { line: _, ...label } of read) {
    const key = `${label.objectId} ${label.candid}`;
    const before = labels.get(key);
    if (before === undefined || before.at <= label.at) labels.set(key, label);
  }
  return inTransaction(db, async (trx) => {
    const kept = await keepImportedLabels(trx, [...labels.values()], source, now);
    return {
      read: rows.length,
      kept,
      repeated: rows.length - kept,
      attached: await attachImportedLabels(trx, REFERENCE_LABELS),
      waiting: await countUnattachedLabels(trx),
      ...(notes.length === 0 ? {} : { notes }),
    };
  });
};

/** Makes labels of imported ones whose alerts have come in since. */
export const attachLabels = (db: Db): Promise<number> =>
  inTransaction(db, (trx) => attachImportedLabels(trx, REFERENCE_LABELS));

export interface ImportedTraining {
  readonly name: string;
  readonly read: number;
  readonly kept: number;
  readonly repeated: number;
  /** Of those read, how many have a label here. */
  readonly labelled: number;
  /** Candids that were put right; absent where none was. */
  readonly notes?: readonly string[];
}

const roundOf = (row: TableRow, source: string): number => {
  const round = Number(cell(row, 'round', source));
  if (Number.isInteger(round) && round >= 0) return round;
  throw new FinkvraError(`${source} line ${row.line}: "${textOf(row, 'round')}" is no round`);
};

/**
 * Takes in which alerts a reference program trained on in which round (candid, round), from a file named
 * `<strategy>_<model>_training_ids.csv`. Rounds go out again with `export training`; what is trained on here
 * is decided by labels alone.
 * @throws FinkvraError that names the line that cannot be read
 */
export const importTraining = async (
  db: Db,
  rows: readonly TableRow[],
  source: string,
  clock: () => Date,
): Promise<ImportedTraining> => {
  const name = source.replace(/_?training_ids\.csv$/, '').replace(/\.csv$/, '');
  const rounds = rows.map((row) => roundOf(row, source));
  const named = rows.map((row) => ({ row, objectId: null }));
  const { candids, notes } = await settleCandids(db, named, source);
  const ids = new Map<string, TrainingIdToImport>();
  for (const [index, round] of rounds.entries()) {
    const candid = candids[index] ?? '';
    if (!ids.has(candid)) ids.set(candid, { candid, round });
  }
  return inTransaction(db, async (trx) => {
    const kept = await keepImportedTraining(trx, name, [...ids.values()], source, clock().toISOString());
    const labelled = (await labelledCandids(trx, [...ids.keys()])).size;
    return {
      ...{ name, read: rows.length, kept, repeated: rows.length - kept, labelled },
      ...(notes.length === 0 ? {} : { notes }),
    };
  });
};

/** The six labels of HeloiseS/finkvra as answers; `real` and `bogus` have no class for most model types. */
const REFERENCE_LABELS: readonly ImportedMeaning[] = FINE_LABELS.map((label) => ({
  label,
  answer: answerOfLabel(label),
  telling: MODEL_TYPES.every((type) => classOfLabel(type, label) !== null),
}));
