import { DEFAULT_FEATURE_SET } from '../src/pipeline/features/feature-table.ts';
import { batchSurprise } from '../src/pipeline/learning/accuracy/batch-surprise.ts';
import { ONE_HALF } from '../src/pipeline/learning/accuracy/decision.ts';
import { roundCalibration, scaledProbability } from '../src/pipeline/learning/accuracy/platt-scaling.ts';
import { createEngine, DEFAULT_ENGINE } from '../src/pipeline/learning/engines/engines.ts';
import {
  type SimulationState,
  simulationSteps,
} from '../src/pipeline/learning/experiment/simulation-steps.ts';
import type { SimulationTable } from '../src/pipeline/learning/experiment/simulation-table.ts';
import { DEFAULT_STRATEGY, selectCandidates } from '../src/pipeline/learning/strategies/run-strategy.ts';
import { readAtlas } from '../test/pipeline/learning/atlas-table.ts';
import { ERA, ofObjects, readFinkAlerts, tableOfAlerts } from '../test/pipeline/learning/fink-table.ts';
import { hasSharedData } from '../test/shared-data.ts';

export const name = 'surprise';

const SEEDS = Number(process.env.SEEDS ?? 24);
const BATCH = 10;

/** How often a round warns: on unchanged streams (false alarms) and on changed ones. */
export const run = async () => {
  if (!hasSharedData) return 'skipped: no shared data';
  const rows = await readFinkAlerts();
  const early = ofObjects(rows, ({ alert }) => alert.jd < ERA);
  const late = ofObjects(rows, ({ alert }) => alert.jd >= ERA);
  const fink = (set: 'reference' | typeof DEFAULT_FEATURE_SET) => ({
    same: alarms(tableOfAlerts(rows, set), 80, null),
    otherEra: alarms(tableOfAlerts(early, set), 40, tableOfAlerts(late, set)),
    classesSwapped: alarms(tableOfAlerts(early, set), 40, swapped(tableOfAlerts(early, set))),
  });
  return {
    unit: `rounds of ${BATCH} that warn, of all; ${SEEDS} runs of ${DEFAULT_STRATEGY}`,
    atlas: { same: alarms(readAtlas(), 200, null) },
    finkDefault: fink(DEFAULT_FEATURE_SET),
    finkReference: fink('reference'),
  };
};

const swapped = (table: SimulationTable): SimulationTable => ({
  ...table,
  y: Uint8Array.from(table.y, (y) => 1 - y),
});

/** The probabilities that a state's model tells people. */
const calibrated = ({ labels, fit }: SimulationState): ((p: number) => number) => {
  const scaling = roundCalibration(labels, fit.outOfBag);
  return scaling === null ? (p) => p : (p) => scaledProbability(scaling, p);
};

type Judged = Parameters<typeof batchSurprise>[0];

/** Rounds that warn, and all: each of a run's own, or one of another table after each run. */
const alarms = (table: SimulationTable, upTo: number, other: SimulationTable | null): string => {
  const warned: boolean[] = [];
  const judge = (batch: Judged): void => {
    const surprise = batchSurprise(batch, ONE_HALF);
    if (surprise !== null) warned.push(surprise.surprising);
  };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const settings = {
      strategy: DEFAULT_STRATEGY,
      firstBatch: 30,
      batch: BATCH,
      upTo,
      heldOut: other === null ? 0.4 : 0.2,
      seed,
    };
    let before: SimulationState | null = null;
    for (const state of simulationSteps({ table }, createEngine(DEFAULT_ENGINE), settings)) {
      if (other === null && before !== null) {
        const told = calibrated(before);
        judge(
          state.labels.slice(before.labels.length).map(({ y, probabilityBefore: p }) => ({
            y,
            probabilityBefore: p,
            believed: p === null ? null : told(p),
          })),
        );
      }
      before = state;
    }
    if (other !== null && before !== null) judge(batchOf(other, before, seed));
  }
  return `${warned.filter(Boolean).length} of ${warned.length}`;
};

/** What a model would ask of another table's objects that it has not learnt from, with the truth. */
const batchOf = (other: SimulationTable, state: SimulationState, seed: number): Judged => {
  const told = calibrated(state);
  const scores = state.fit.model.predict(other.x);
  const asked = new Set(state.labels.map(({ objectId }) => objectId));
  const newest = [...new Map(other.groups.map((group, row) => [group, row]))]
    .filter(([group]) => !asked.has(group))
    .map(([, row]) => row);
  const pool = newest.map((row) => ({
    candid: `${row}`,
    objectId: other.groups[row] ?? '',
    p: scores[row] ?? null,
  }));
  return selectCandidates(pool, { strategy: DEFAULT_STRATEGY, size: BATCH, seed }).map(({ candid, p }) => ({
    y: other.y[Number(candid)] === 1 ? 1 : 0,
    probabilityBefore: p,
    believed: p === null ? null : told(p),
  }));
};
