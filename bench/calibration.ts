import { labelWeights } from '../src/pipeline/learning/accuracy/label-weights.ts';
import { fitPlattScaling, scaledProbability } from '../src/pipeline/learning/accuracy/platt-scaling.ts';
import { createEngine, DEFAULT_ENGINE } from '../src/pipeline/learning/engines/engines.ts';
import { simulationSteps } from '../src/pipeline/learning/experiment/simulation-steps.ts';
import type { SimulationTable } from '../src/pipeline/learning/experiment/simulation-table.ts';
import { DEFAULT_STRATEGY } from '../src/pipeline/learning/strategies/run-strategy.ts';
import { readAtlas } from '../test/pipeline/learning/atlas-table.ts';
import { readFink } from '../test/pipeline/learning/fink-table.ts';
import { hasSharedData } from '../test/shared-data.ts';

export const name = 'calibration';

const SEEDS = Number(process.env.SEEDS ?? 20);
const REPORTED = [30, 50, 70, 100, 150, 200];

/** The Brier score of held-out objects without Platt scaling and with it, by number of labels. */
export const run = async () => {
  if (!hasSharedData) return 'skipped: no shared data';
  return {
    unit: `Brier score, mean of ${SEEDS} runs, ${DEFAULT_STRATEGY}`,
    atlas: scores(readAtlas(), 200),
    fink: scores(await readFink(), 70),
  };
};

const scores = (table: SimulationTable, upTo: number) => {
  const byLabels = new Map<number, { plain: number[]; scaled: number[] }>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const settings = { strategy: DEFAULT_STRATEGY, firstBatch: 30, batch: 10, upTo, heldOut: 0.4, seed };
    for (const { labels, fit, heldOut } of simulationSteps(
      { table },
      createEngine(DEFAULT_ENGINE),
      settings,
    )) {
      if (!REPORTED.includes(labels.length)) continue;
      const scaling = fitPlattScaling(
        labels.map(({ y }) => y),
        fit.outOfBag,
        labelWeights(labels),
      );
      const scaled = scaling === null ? heldOut.p : heldOut.p.map((p) => scaledProbability(scaling, p));
      const both = byLabels.get(labels.length) ?? { plain: [], scaled: [] };
      both.plain.push(brier(heldOut.y, heldOut.p));
      both.scaled.push(brier(heldOut.y, scaled));
      byLabels.set(labels.length, both);
    }
  }
  return Object.fromEntries(
    [...byLabels].map(([labels, { plain, scaled }]) => [
      labels,
      { plain: rounded(mean(plain)), scaled: rounded(mean(scaled)) },
    ]),
  );
};

const brier = (y: ArrayLike<number>, p: Float64Array): number =>
  mean(Array.from(p, (one, i) => (one - (y[i] ?? 0)) ** 2));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const rounded = (value: number): number => Math.round(1000 * value) / 1000;
