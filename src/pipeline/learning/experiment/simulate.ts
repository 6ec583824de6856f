import { availableParallelism } from 'node:os';
import { createJobWorker, type JobWorker, type OnProgress, serveJobs } from '../../../lib/worker.ts';
import type { StrategyName } from '../strategies/run-strategy.ts';
import { type SimulationRun, type SimulationStep, simulateRun } from './simulate-run.ts';
import type { SimulationTables } from './simulation-steps.ts';

export interface SimulationPlan {
  readonly engines: readonly string[];
  readonly strategies: readonly StrategyName[];
  /** What else is compared; one plain variant without it. */
  readonly variants?: readonly SimulationVariant[];
  /** Runs with seeds 1, 2, ... for each engine, strategy and variant. */
  readonly seeds: number;
  readonly firstBatch: number;
  readonly batch: number;
  readonly upTo: number;
  /** Share of the objects held out, above 0 and below 1. */
  readonly heldOut: number;
}

/** Inputs, start and decision of some runs, and how they are called. */
export interface SimulationVariant extends Pick<SimulationRun, 'columns' | 'start' | 'decision' | 'skipped'> {
  readonly variant: string;
}

const PLAIN: SimulationVariant = { variant: '' };

export interface SimulateOptions {
  /** Threads; as many as there are cores without it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Runs that are done, and all. */
  readonly onProgress?: OnProgress;
}

/** The runs of a plan, seed by seed, so that half of the runs are half of the seeds. */
const plannedRuns = ({
  engines,
  strategies,
  variants = [PLAIN],
  seeds,
  ...settings
}: SimulationPlan): SimulationRun[] =>
  Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
    engines.flatMap((engine) =>
      strategies.flatMap((strategy) =>
        variants.map((variant) => ({ ...settings, ...variant, engine, strategy, seed })),
      ),
    ),
  );

/**
 * Plays a plan on its tables in worker threads. Steps come in the order of `plannedRuns`, whichever thread was
 * first. Rejects with the first run's error, or the signal's reason; the threads are ended in any case.
 */
export const simulate = async (
  tables: SimulationTables,
  plan: SimulationPlan,
  { threads = availableParallelism(), signal, onProgress }: SimulateOptions = {},
): Promise<SimulationStep[]> => {
  signal?.throwIfAborted();
  const runs = plannedRuns(plan);
  const results = new Map<number, readonly SimulationStep[]>();
  const workers = Array.from({ length: Math.min(threads, runs.length) }, () =>
    createJobWorker<SimulateJob, SimulationStep[]>({ script: new URL(import.meta.url), name: 'simulation' }),
  );
  let next = 0;
  const work = async (worker: JobWorker<SimulateJob, SimulationStep[]>): Promise<void> => {
    await worker.run({ kind: 'tables', tables });
    for (let index = next++; index < runs.length; index = next++) {
      const run = runs[index];
      if (!run) return;
      results.set(index, await worker.run({ kind: 'run', run }, { signal }));
      onProgress?.(results.size, runs.length);
    }
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
  return runs.flatMap((_, index) => results.get(index) ?? []);
};

/** The tables, once for all runs of a thread; then runs, asked for one at a time, so that quick threads do more. */
type SimulateJob =
  | { readonly kind: 'tables'; readonly tables: SimulationTables }
  | { readonly kind: 'run'; readonly run: SimulationRun };

let tablesOfThread: SimulationTables | null = null;

serveJobs<SimulateJob, SimulationStep[]>(import.meta.url, (job) => {
  if (job.kind === 'tables') {
    tablesOfThread = job.tables;
    return { result: [] };
  }
  if (tablesOfThread === null) throw new Error('A simulation was asked to run before it had its tables.');
  return { result: simulateRun(tablesOfThread, job.run) };
});
