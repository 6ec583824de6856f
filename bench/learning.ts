import { DEFAULT_FEATURE_SET, FEATURE_SETS } from '../src/pipeline/features/feature-table.ts';
import { DECISION_RULES } from '../src/pipeline/learning/accuracy/decision.ts';
import { ENGINE_NAMES } from '../src/pipeline/learning/engines/engines.ts';
import { type SimulationPlan, simulate } from '../src/pipeline/learning/experiment/simulate.ts';
import type { SimulationTables } from '../src/pipeline/learning/experiment/simulation-steps.ts';
import type { SimulationTable } from '../src/pipeline/learning/experiment/simulation-table.ts';
import { type SimulationSummary, summarise } from '../src/pipeline/learning/experiment/summarise.ts';
import { selectRows } from '../src/pipeline/learning/feature-matrix.ts';
import { STRATEGY_NAMES } from '../src/pipeline/learning/strategies/run-strategy.ts';
import { readAtlas } from '../test/pipeline/learning/atlas-table.ts';
import {
  ERA,
  type LabelledAlert,
  ofObjects,
  readFink,
  readFinkAlerts,
  tableOfAlerts,
} from '../test/pipeline/learning/fink-table.ts';
import { hasSharedData } from '../test/shared-data.ts';

export const name = 'learning';

/** More runs measure a bias more precisely: 20 give about 1.5 points. */
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
    // Objects left without a class are replaced by the next ones drawn.
    atlasSkips: await figures(atlas, { ...PLAN, ...DEFAULTS, variants: SKIPS, upTo: 100 }),
    finkSkips: await figures(fink, { ...PLAN, ...DEFAULTS, variants: SKIPS, upTo: 50, heldOut: 0.3 }),
    inputs: await inputs(),
    starts: await starts(0.5, 30),
    // Fewer held out, so that 50 can be drawn.
    startsTo50: await starts(0.3, 50),
    rareClass: await rareClass(),
    // Fewer held out, so that 100 can be drawn.
    finkTo100: await figures(fink, { ...PLAN, ...strategies, upTo: 100, heldOut: 0.3 }),
  };
};

const SKIPS = [
  { variant: 'none skipped', skipped: 0 },
  { variant: '30 % skipped', skipped: 0.3 },
];

const DEFAULTS = { engines: ['extra-trees'], strategies: ['focused-uncertainty'] } as const;

/** Sets of columns under three checks: objects split at random, of SIMBAD alone, and one era tested on the other. */
const inputs = async () => {
  const rows = await readFinkAlerts();
  const simbad = ofObjects(rows, ({ source }) => source.startsWith('simbad'));
  const early = ofObjects(rows, ({ alert }) => alert.jd < ERA);
  const late = ofObjects(rows, ({ alert }) => alert.jd >= ERA);
  const results: Record<string, unknown> = {};
  for (const set of FEATURE_SETS) {
    const of = (some: readonly LabelledAlert[]) => tableOfAlerts(some, set);
    const play = async (tables: SimulationTables, upTo: number) =>
      summarise(await simulate(tables, { ...PLAN, ...DEFAULTS, upTo }))
        .filter(({ labels }) => REPORTED.includes(labels))
        .map(balancedOf);
    results[set] = {
      random: await play({ table: of(rows) }, 70),
      simbad: await play({ table: of(simbad) }, 50),
      earlyToLate: await play({ table: of(early), test: of(late) }, 70),
      lateToEarly: await play({ table: of(late), test: of(early) }, 70),
    };
  }
  return results;
};

/** With and without others' labels, those of the first era, on objects of the second. */
const starts = async (heldOut: number, upTo: number) => {
  const rows = await readFinkAlerts();
  const set = DEFAULT_FEATURE_SET;
  const starter = tableOfAlerts(
    ofObjects(rows, ({ alert }) => alert.jd < ERA),
    set,
  );
  const table = tableOfAlerts(
    ofObjects(rows, ({ alert }) => alert.jd >= ERA),
    set,
  );
  const plan = { ...PLAN, ...DEFAULTS, firstBatch: 10, heldOut, upTo };
  const variants = [
    { variant: 'cold', start: 'cold' },
    { variant: 'starter', start: 'starter' },
  ] as const;
  return summarise(await simulate({ table, starter }, { ...plan, variants })).map((one) => ({
    start: one.variant,
    ...balancedOf(one),
  }));
};

/** Of these eyeballed objects, one in twenty. */
const RARE = 0.05;

/** Both decision rules on ATLAS with a class, that of its fewer objects, at 5 %; the first of them in the file. */
const rareClass = async () => {
  const { x, y, groups } = readAtlas();
  const common = [...y.keys()].filter((row) => y[row] === 1);
  const rare = [...y.keys()].filter((row) => y[row] === 0);
  const rows = [...common, ...rare.slice(0, Math.round((common.length * RARE) / (1 - RARE)))];
  const table = {
    x: selectRows(x, rows),
    y: Uint8Array.from(rows, (row) => (y[row] === 0 ? 1 : 0)),
    groups: rows.map((row) => groups[row] ?? ''),
  };
  const variants = DECISION_RULES.map((decision) => ({ variant: decision, decision }));
  return summarise(await simulate({ table }, { ...PLAN, ...DEFAULTS, upTo: 100, variants }))
    .filter(({ labels }) => REPORTED.includes(labels))
    .map((one) => ({
      decision: one.variant,
      accuracy: percent(one.heldOutAccuracy.mean),
      ...balancedOf(one),
    }));
};

const balancedOf = ({ labels, heldOutBalancedAccuracy: balanced, heldOutAuc }: SimulationSummary) => ({
  labels,
  balanced: percent(balanced.mean),
  spread: percent(balanced.sd),
  auc: percent(heldOutAuc.mean),
  aucSpread: percent(heldOutAuc.sd),
});

const figures = async (table: SimulationTable, plan: SimulationPlan) =>
  summarise(await simulate({ table }, plan))
    .filter(({ labels }) => REPORTED.includes(labels))
    .map(figuresOf);

const figuresOf = (summary: SimulationSummary) => ({
  engine: summary.engine,
  strategy: summary.strategy,
  variant: summary.variant,
  labels: summary.labels,
  accuracy: percent(summary.heldOutAccuracy.mean),
  spread: percent(summary.heldOutAccuracy.sd),
  auc: percent(summary.heldOutAuc.mean),
  bias: percent(summary.bias),
  error: percent(summary.rmse),
  covers: percent(summary.coverage),
  coversAllowing: percent(summary.coverageAllowing),
  nEff: Math.round(summary.nEff.mean ?? 0),
});

const percent = (share: number | null): number | null =>
  share === null ? null : Math.round(1000 * share) / 10;
