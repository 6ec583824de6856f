import { DEFAULT_FEATURE_SET } from '../src/pipeline/features/feature-table.ts';
import { DEFAULT_ENGINE } from '../src/pipeline/learning/engines/engines.ts';
import { type SimulationPlan, simulate } from '../src/pipeline/learning/experiment/simulate.ts';
import type { SimulationTable } from '../src/pipeline/learning/experiment/simulation-table.ts';
import { type SimulationSummary, summarise } from '../src/pipeline/learning/experiment/summarise.ts';
import { DEFAULT_STRATEGY } from '../src/pipeline/learning/strategies/run-strategy.ts';
import { readAtlas } from '../test/pipeline/learning/atlas-table.ts';
import { readFink, readFinkAlerts, tableOfAlerts } from '../test/pipeline/learning/fink-table.ts';
import { hasSharedData } from '../test/shared-data.ts';

export const name = 'honesty';

/** With fewer than 60 a coverage of 90 % is a coin flip. */
const SEEDS = Number(process.env.SEEDS ?? 60);
const REPORTED = [30, 50, 70, 100, 200];

/** How true the reported accuracy is by number of labels, with the default engine, strategy and inputs. */
export const run = async () => {
  if (!hasSharedData) return 'skipped: no shared data';
  const fink = tableOfAlerts(await readFinkAlerts(), DEFAULT_FEATURE_SET);
  return {
    unit: `percent and percentage points, ${SEEDS} runs of ${DEFAULT_ENGINE} and ${DEFAULT_STRATEGY}; with their standard errors`,
    atlas: await figures(readAtlas(), { upTo: 200, heldOut: 0.4 }),
    finkDefault: await figures(fink, { upTo: 100, heldOut: 0.3 }),
    finkReference: await figures(await readFink(), { upTo: 100, heldOut: 0.3 }),
  };
};

const figures = async (table: SimulationTable, plan: Pick<SimulationPlan, 'upTo' | 'heldOut'>) => {
  const which = { engines: [DEFAULT_ENGINE], strategies: [DEFAULT_STRATEGY] } as const;
  return summarise(await simulate({ table }, { seeds: SEEDS, firstBatch: 30, batch: 10, ...which, ...plan }))
    .filter(({ labels }) => REPORTED.includes(labels))
    .map(figuresOf);
};

const figuresOf = (summary: SimulationSummary) => {
  const { bias, rmse, coverage, seeds } = summary;
  const scatter =
    bias === null || rmse === null ? null : Math.sqrt(Math.max(0, rmse ** 2 - bias ** 2) / seeds);
  return {
    labels: summary.labels,
    accuracy: percent(summary.heldOutAccuracy.mean),
    accuracySpread: percent(summary.heldOutAccuracy.sd),
    balanced: percent(summary.heldOutBalancedAccuracy.mean),
    auc: percent(summary.heldOutAuc.mean),
    reported: percent(summary.honestAccuracy.mean),
    bias: percent(bias),
    biasError: percent(scatter),
    error: percent(rmse),
    covers: percent(coverage),
    coversError: percent(coverage === null ? null : Math.sqrt((coverage * (1 - coverage)) / seeds)),
    coversAllowing: percent(summary.coverageAllowing),
  };
};

const percent = (share: number | null): number | null =>
  share === null ? null : Math.round(1000 * share) / 10;
