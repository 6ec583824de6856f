import type { EvaluatedLabel } from '../accuracy/round-evaluation.ts';
import type { Classifier, Fit } from '../engines/classifier.ts';
import { selectColumns, selectRows } from '../feature-matrix.ts';
import { fitWithOthers } from '../others-labels.ts';
import { createRandom, shuffle } from '../seeded-random.ts';
import { type ChosenCandidate, type StrategyName, selectCandidates } from '../strategies/run-strategy.ts';
import type { SimulationTable } from './simulation-table.ts';

/** What a run is played on. */
export interface SimulationTables {
  readonly table: SimulationTable;
  /** Objects of another table that measure the truth instead: of another era, or another team's. */
  readonly test?: SimulationTable;
  /** Others' labels, with which a run may start. */
  readonly starter?: SimulationTable;
}

/** One run of active learning on a table whose labels are known. */
export interface RunSettings {
  readonly strategy: StrategyName;
  readonly firstBatch: number;
  readonly batch: number;
  /** No further batch once there are this many labels. */
  readonly upTo: number;
  /** Share of the objects that is never labelled and measures the truth; with a table to test on, none is. */
  readonly heldOut: number;
  /** Whether others' labels train too, from before the first batch; without it they do not. */
  readonly start?: 'cold' | 'starter';
  /** Share of the candidates, drawn by lot, that people leave without a class; none without it. */
  readonly skipped?: number;
  /** Columns to learn from; all without it. */
  readonly columns?: readonly string[];
  /** Decides the split, the draws and the models. The split is the same for all strategies and engines. */
  readonly seed: number;
}

/** The state after a batch: everything that a round knows, and the held-out truth that it does not know. */
export interface SimulationState {
  readonly labels: readonly EvaluatedLabel[];
  readonly fit: Fit;
  /** P(class 1) of each label by the model trained on it. */
  readonly training: Float64Array;
  /** P(class 1) of the rows left to draw, by that model. */
  readonly pool: Float64Array;
  /** Truth and P(class 1) of the held-out rows, one of each object. */
  readonly heldOut: { readonly y: Uint8Array; readonly p: Float64Array };
}

/**
 * Plays rounds as the service does: the first batch at random, the next ones by the strategy, one row of
 * each object (the last one), a model after every batch. Labels of one class only go on being drawn at
 * random. Ends at `upTo` labels or when nothing is left to draw. Throws when the table is too small to hold
 * rows out of it.
 */
export function* simulationSteps(
  tables: SimulationTables,
  engine: Classifier,
  settings: RunSettings,
): Generator<SimulationState, void, void> {
  const table = withColumns(tables.table, settings.columns);
  const test = tables.test ? withColumns(tables.test, settings.columns) : table;
  const starter =
    settings.start === 'starter' && tables.starter
      ? withoutGroups(withColumns(tables.starter, settings.columns), [...table.groups, ...test.groups])
      : null;
  const { heldOut, drawable } = tables.test ? splitNone(table, test) : split(table, settings);
  const truth = selectRows(test.x, heldOut);
  const { skipped = 0, seed } = settings;
  const isSkipped =
    skipped === 0 ? null : (row: number) => createRandom(seed, SKIP_STREAM, row).float() < skipped;
  const labels: EvaluatedLabel[] = [];
  const rows: number[] = [];
  const undrawn = new Set(drawable);
  const fitOn = (round: number): Fit =>
    fitWithStarter(engine, table, { rows, labels, starter, seed: derivedSeed(settings.seed, -round) });
  const score = ({ model }: Fit): Map<number, number> => {
    const left = [...undrawn];
    const scores = model.predict(selectRows(table.x, left));
    return new Map(left.map((row, i) => [row, scores[i] ?? Number.NaN]));
  };
  let p: ReadonlyMap<number, number> = starter === null ? new Map() : score(fitOn(0));
  for (let round = 1; labels.length < settings.upTo && undrawn.size > 0; round++) {
    const size = Math.min(round === 1 ? settings.firstBatch : settings.batch, settings.upTo - labels.length);
    const pool = [...undrawn].map((row) => ({
      candid: `${row}`,
      objectId: table.groups[row] ?? '',
      p: p.get(row) ?? null,
    }));
    const strategy = p.size === 0 ? 'random' : settings.strategy;
    const before = labels.length;
    for (const chosen of selectCandidates(pool, {
      strategy,
      // Like a round's spares: a skipped row is replaced by the next one drawn.
      size: isSkipped === null ? size : pool.length,
      seed: derivedSeed(settings.seed, round),
    })) {
      if (labels.length - before === size) break;
      const row = Number(chosen.candid);
      undrawn.delete(row);
      if (isSkipped?.(row) === true) continue;
      rows.push(row);
      labels.push(labelOf(table, row, round, chosen));
    }
    if (starter === null && !isTrainable(Uint8Array.from(labels, (label) => label.y))) continue;
    const fit = fitOn(round);
    const scores = score(fit);
    p = scores;
    yield {
      labels: [...labels],
      fit,
      training: fit.model.predict(selectRows(table.x, rows)),
      pool: Float64Array.from(scores.values()),
      heldOut: {
        y: Uint8Array.from(heldOut, (row) => test.y[row] ?? 0),
        p: fit.model.predict(truth),
      },
    };
  }
}

/** The rows of a table that are labelled, and others' labels beside them. */
interface TrainingRows {
  readonly rows: readonly number[];
  readonly labels: readonly EvaluatedLabel[];
  readonly starter: SimulationTable | null;
  readonly seed: number;
}

/** A model of the labels so far; its out-of-bag predictions are of those labels alone. */
const fitWithStarter = (
  engine: Classifier,
  table: SimulationTable,
  { rows, labels, starter, seed }: TrainingRows,
): Fit => {
  const own = {
    x: selectRows(table.x, rows),
    y: Uint8Array.from(labels, ({ y }) => y),
    groups: labels.map(({ objectId }) => objectId),
  };
  return starter === null
    ? engine.fit(own.x, own.y, { seed, groups: own.groups })
    : fitWithOthers(engine, own, starter, { seed });
};

const withColumns = (table: SimulationTable, columns: readonly string[] | undefined): SimulationTable =>
  columns === undefined ? table : { ...table, x: selectColumns(table.x, columns) };

/**
 * Without the rows of these groups: others' labels of the objects in the experiment would give the truth away.
 */
const withoutGroups = (table: SimulationTable, groups: readonly string[]): SimulationTable => {
  const known = new Set(groups);
  const rows = [...table.groups.keys()].filter((row) => !known.has(table.groups[row] ?? ''));
  return {
    x: selectRows(table.x, rows),
    y: Uint8Array.from(rows, (row) => table.y[row] ?? 0),
    groups: rows.map((row) => table.groups[row] ?? ''),
  };
};

const lastRowOfEach = ({ groups }: SimulationTable): number[] => [
  ...new Map(groups.map((group, row) => [group, row])).values(),
];

/** Everything to draw from, and another table's objects to test on. */
const splitNone = (table: SimulationTable, test: SimulationTable) => ({
  heldOut: lastRowOfEach(test),
  drawable: lastRowOfEach(table),
});

/** The last row of each object, parted at random. */
const split = (
  table: SimulationTable,
  { heldOut, seed }: RunSettings,
): { heldOut: number[]; drawable: number[] } => {
  const order = shuffle(lastRowOfEach(table), createRandom(seed, SPLIT_STREAM));
  const count = Math.round(order.length * heldOut);
  if (count < 10 || order.length - count < 10) {
    throw new Error(
      `A simulation needs at least 10 objects to draw from and 10 to hold out; of ${order.length} objects ${count} would be held out.`,
    );
  }
  return { heldOut: order.slice(0, count), drawable: order.slice(count) };
};

const labelOf = (
  table: SimulationTable,
  row: number,
  round: number,
  { drawn, q, poolSize, p }: ChosenCandidate,
): EvaluatedLabel => ({
  y: table.y[row] === 1 ? 1 : 0,
  objectId: table.groups[row] ?? '',
  round,
  drawn,
  q,
  poolSize,
  probabilityBefore: p,
});

const isTrainable = (y: Uint8Array): boolean => y.length >= 4 && y.includes(0) && y.includes(1);

const derivedSeed = (seed: number, stream: number): number => createRandom(seed, DRAW_STREAM, stream).int32();

/** Keep the split apart from the draws. */
const SPLIT_STREAM = 11;
const DRAW_STREAM = 12;
const SKIP_STREAM = 13;
