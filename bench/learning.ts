import { ENGINE_NAMES } from '../src/pipeline/learning/engines/engines.ts';
import { type SimulationPlan, simulate } from '../src/pipeline/learning/experiment/simulate.ts';
import type { SimulationTable } from '../src/pipeline/learning/experiment/simulation-table.ts';
import { type SimulationSummary, summarise } from '../src/pipeline/learning/experiment/summarise.ts';
import { STRATEGY_NAMES } from '../src/pipeline/learning/strategies/select-candidates.ts';
import { readAtlas } from '../test/pipeline/learning/atlas-table.ts';
import { readFink } from '../test/pipeline/learning/fink-table.ts';
import { hasSharedData } from '../test/shared-data.ts';

export const name = 'learning';

/** More of them tell a bias more exactly: 20 know it to about 1.5 points. */
const SEEDS = Number(process.env.SEEDS ?? 20);
const PLAN = { seeds: SEEDS, firstBatch: 30, batch: 10, heldOut: 0.4 } as const;
const REPORTED = [30, 50, 70, 100, 200];

/** The tables of docs/learning.md: how engines and strategies learn, and how honest the accuracy is. */
export const run = async () => {
  if (!hasSharedData) return 'skipped: no shared data';
  const atlas = readAtlas();
  const fink = await readFink();
  const engines = { engines: ENGINE_NAMES, strategies: ['uncertainty'] } as const;
  const strategies = { engines: ['extra-trees'], strategies: STRATEGY_NAMES } as const;
  return {
    unit: `percent and percentage points, means of ${SEEDS} runs`,
    atlasEngines: await figures(atlas, { ...PLAN, ...engines, upTo: 100 }),
    finkEngines: await figures(fink, { ...PLAN, ...engines, upTo: 70 }),
    atlasStrategies: await figures(atlas, { ...PLAN, ...strategies, upTo: 200 }),
    finkStrategies: await figures(fink, { ...PLAN, ...strategies, upTo: 70 }),
    // Fewer held out, so that 100 can be drawn.
    finkTo100: await figures(fink, { ...PLAN, ...strategies, upTo: 100, heldOut: 0.3 }),
  };
};

const figures = async (table: SimulationTable, plan: SimulationPlan) =>
  summarise(await simulate({ table }, plan))
    .filter(({ labels }) => REPORTED.includes(labels))
    .map(figuresOf);

const figuresOf = (summary: SimulationSummary) => ({
  engine: summary.engine,
  strategy: summary.strategy,
  labels: summary.labels,
  accuracy: percent(summary.heldOutAccuracy.mean),
  auc: percent(summary.heldOutAuc.mean),
  bias: percent(summary.bias),
  error: percent(summary.rmse),
  covers: percent(summary.coverage),
  coversAllowing: percent(summary.coverageAllowing),
  nEff: Math.round(summary.nEff.mean ?? 0),
});

const percent = (share: number | null): number | null =>
  share === null ? null : Math.round(1000 * share) / 10;
