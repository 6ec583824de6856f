import type { EvaluatedLabel } from '../accuracy/round-evaluation.ts';
import type { Classifier, Fit } from '../engines/classifier.ts';
import { selectRows } from '../feature-matrix.ts';
import { createRandom, shuffle } from '../seeded-random.ts';
import {
  type ChosenCandidate,
  type StrategyName,
  selectCandidates,
} from '../strategies/select-candidates.ts';
import type { SimulationTable } from './simulation-table.ts';

/** One run of active learning on a table whose labels are known. */
export interface RunSettings {
  readonly strategy: StrategyName;
  readonly firstBatch: number;
  readonly batch: number;
  /** No further batch once there are this many labels. */
  readonly upTo: number;
  /** Share of the objects that is never labelled and measures the truth. */
  readonly heldOut: number;
  /** Decides the split, the draws and the models. The split is the same for all strategies and engines. */
  readonly seed: number;
}

/** The state after a batch: everything that a round knows, and the held-out truth that it does not know. */
export interface SimulationState {
  readonly labels: readonly EvaluatedLabel[];
  readonly fit: Fit;
  /** P(class 1) of each label by the model trained on it. */
  readonly training: Float64Array;
  /** P(class 1) of what is left to draw, by that model. */
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
  table: SimulationTable,
  engine: Classifier,
  settings: RunSettings,
): Generator<SimulationState, void, void> {
  const { heldOut, drawable } = split(table, settings);
  const labels: EvaluatedLabel[] = [];
  const rows: number[] = [];
  const undrawn = new Set(drawable);
  let p: ReadonlyMap<number, number> = new Map();
  for (let round = 1; labels.length < settings.upTo && undrawn.size > 0; round++) {
    const size = Math.min(round === 1 ? settings.firstBatch : settings.batch, settings.upTo - labels.length);
    const pool = [...undrawn].map((row) => ({
      candid: `${row}`,
      objectId: table.groups[row] ?? '',
      p: p.get(row) ?? null,
    }));
    const strategy = p.size === 0 ? 'random' : settings.strategy;
    for (const chosen of selectCandidates(pool, {
      strategy,
      size,
      seed: derivedSeed(settings.seed, round),
    })) {
      const row = Number(chosen.candid);
      rows.push(row);
      undrawn.delete(row);
      labels.push(labelOf(table, row, round, chosen));
    }
    const y = Uint8Array.from(labels, (label) => label.y);
    if (!isTrainable(y)) continue;
    const x = selectRows(table.x, rows);
    const fit = engine.fit(x, y, {
      seed: derivedSeed(settings.seed, -round),
      groups: labels.map((label) => label.objectId),
    });
    const left = [...undrawn];
    const scores = fit.model.predict(selectRows(table.x, left));
    p = new Map(left.map((row, i) => [row, scores[i] ?? Number.NaN]));
    yield {
      labels: [...labels],
      fit,
      training: fit.model.predict(x),
      pool: scores,
      heldOut: {
        y: Uint8Array.from(heldOut, (row) => table.y[row] ?? 0),
        p: fit.model.predict(selectRows(table.x, heldOut)),
      },
    };
  }
}

/** The last row of each object, parted at random. */
const split = (
  { groups }: SimulationTable,
  { heldOut, seed }: RunSettings,
): { heldOut: number[]; drawable: number[] } => {
  const lastRows = new Map(groups.map((group, row) => [group, row]));
  const order = shuffle([...lastRows.values()], createRandom(seed, SPLIT_STREAM));
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
