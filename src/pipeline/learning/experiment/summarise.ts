import type { SimulationStep } from './simulate-run.ts';

/** Mean, standard deviation over the seeds (null with one), and how many seeds had a value. */
export interface Spread {
  readonly mean: number | null;
  readonly sd: number | null;
  readonly n: number;
}

/** One engine and strategy at one number of labels, over its seeds. All figures are shares, not percent. */
export interface SimulationSummary {
  readonly engine: string;
  readonly strategy: string;
  /** What else sets the runs apart: inputs, start, decision; '' if nothing. */
  readonly variant: string;
  readonly labels: number;
  readonly seeds: number;
  readonly heldOutAccuracy: Spread;
  readonly heldOutBalancedAccuracy: Spread;
  readonly heldOutAuc: Spread;
  readonly majorityRate: Spread;
  readonly trainingAccuracy: Spread;
  readonly agreementBefore: Spread;
  readonly honestAccuracy: Spread;
  readonly nEff: Spread;
  /** Mean of honest minus held-out accuracy, and the root of its mean square. */
  readonly bias: number | null;
  readonly rmse: number | null;
  /** Share of runs whose 95 % interval holds the held-out accuracy. */
  readonly coverage: number | null;
  /**
   * The same with the held-out accuracy's own error allowed for: of few held-out objects it is itself known
   * to some points only, so that even a perfect interval would miss it now and then.
   */
  readonly coverageAllowing: number | null;
}

/** Summaries in the order in which engines, strategies and numbers of labels first occur. */
export const summarise = (steps: readonly SimulationStep[]): SimulationSummary[] => {
  const settingOf = (one: Pick<SimulationStep, 'engine' | 'strategy' | 'variant'>): string =>
    JSON.stringify([one.engine, one.strategy, one.variant]);
  const bySetting = Map.groupBy(steps, (step) => JSON.stringify([settingOf(step), step.labels]));
  const order = [...new Set(steps.map(settingOf))];
  return [...bySetting.values()]
    .map(summary)
    .sort((a, b) => order.indexOf(settingOf(a)) - order.indexOf(settingOf(b)) || a.labels - b.labels);
};

const summary = (steps: readonly SimulationStep[]): SimulationSummary => {
  const [{ engine, strategy, variant, labels }] = nonEmpty(steps);
  const errors = steps.flatMap(({ reported, heldOut }) => {
    if (!reported.honest || heldOut.accuracy === null) return [];
    const { accuracy, interval } = reported.honest;
    const truth = heldOut.accuracy;
    const error = accuracy - truth;
    // Newcombe's interval of a difference, the held-out share's error added in quadrature.
    const half = error > 0 ? accuracy - interval.low : interval.high - accuracy;
    const truthError = 1.96 * Math.sqrt((truth * (1 - truth)) / heldOut.n);
    return [
      {
        error,
        covered: truth >= interval.low && truth <= interval.high,
        coveredAllowing: Math.abs(error) <= Math.hypot(half, truthError),
      },
    ];
  });
  const share = (hits: readonly boolean[]): number | null =>
    hits.length === 0 ? null : hits.filter(Boolean).length / hits.length;
  return {
    engine,
    strategy,
    variant,
    labels,
    seeds: steps.length,
    heldOutAccuracy: spread(steps.map(({ heldOut }) => heldOut.accuracy)),
    heldOutBalancedAccuracy: spread(steps.map(({ heldOut }) => heldOut.balancedAccuracy)),
    heldOutAuc: spread(steps.map(({ heldOut }) => heldOut.rocAuc)),
    majorityRate: spread(steps.map(({ heldOut }) => heldOut.majorityRate)),
    trainingAccuracy: spread(steps.map(({ reported }) => reported.trainingAccuracy)),
    agreementBefore: spread(steps.map(({ reported }) => reported.before?.rate ?? null)),
    honestAccuracy: spread(steps.map(({ reported }) => reported.honest?.accuracy ?? null)),
    nEff: spread(steps.map(({ reported }) => reported.honest?.nEff ?? null)),
    bias: spread(errors.map(({ error }) => error)).mean,
    rmse: rootMean(errors.map(({ error }) => error * error)),
    coverage: share(errors.map(({ covered }) => covered)),
    coverageAllowing: share(errors.map(({ coveredAllowing }) => coveredAllowing)),
  };
};

const spread = (values: readonly (number | null)[]): Spread => {
  const known = values.filter((value) => value !== null);
  const n = known.length;
  if (n === 0) return { mean: null, sd: null, n };
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null, n };
};

const rootMean = (squares: readonly number[]): number | null => {
  const { mean } = spread(squares);
  return mean === null ? null : Math.sqrt(mean);
};

const nonEmpty = <T>(items: readonly T[]): readonly [T, ...T[]] => {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('There is no step to summarise.');
  return [first, ...rest];
};
