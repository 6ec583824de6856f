import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StrategyName } from '../strategies/select-candidates.ts';
import type { SimulationRun, SimulationStep } from './simulate-run.ts';
import type { SimulateReply, SimulateWorkerData } from './simulate-worker.ts';
import type { SimulationTable } from './simulation-table.ts';

export interface SimulationPlan {
  readonly engines: readonly string[];
  readonly strategies: readonly StrategyName[];
  /** Runs with seeds 1, 2, ... for each engine and strategy. */
  readonly seeds: number;
  readonly firstBatch: number;
  readonly batch: number;
  readonly upTo: number;
  /** Share of the objects held out, above 0 and below 1. */
  readonly heldOut: number;
}

export interface SimulateOptions {
  /** Threads; as many as there are cores without it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Runs that are done, and all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The runs of a plan, seed by seed, so that half of the runs are half of the seeds. */
export const plannedRuns = ({ engines, strategies, seeds, ...settings }: SimulationPlan): SimulationRun[] =>
  Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
    engines.flatMap((engine) => strategies.map((strategy) => ({ ...settings, engine, strategy, seed }))),
  );

/**
 * Plays a plan on a table in worker threads. Steps come in the order of `plannedRuns`, whichever thread was
 * first. Rejects with the first run's error, or the signal's reason; the threads are ended in any case.
 */
export const simulate = async (
  table: SimulationTable,
  plan: SimulationPlan,
  { threads = availableParallelism(), signal, onProgress }: SimulateOptions = {},
): Promise<SimulationStep[]> => {
  signal?.throwIfAborted();
  const runs = plannedRuns(plan);
  const results = new Map<number, readonly SimulationStep[]>();
  const workers = Array.from({ length: Math.min(threads, runs.length) }, () => startWorker({ table }));
  let next = 0;
  const work = async (worker: Worker): Promise<void> => {
    for (let index = next++; index < runs.length; index = next++) {
      const run = runs[index];
      if (!run) return;
      results.set(index, await play(worker, run));
      onProgress?.(results.size, runs.length);
    }
  };
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    await Promise.race([Promise.all(workers.map(work)), aborted]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return runs.flatMap((_, index) => results.get(index) ?? []);
};

const startWorker = (workerData: SimulateWorkerData): Worker =>
  new Worker(new URL('./simulate-worker.ts', import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    name: 'simulate',
    workerData,
  });

const play = (worker: Worker, run: SimulationRun): Promise<readonly SimulationStep[]> =>
  new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      then();
    };
    const onMessage = (reply: SimulateReply): void =>
      settle(() => (reply.kind === 'played' ? resolve(reply.steps) : reject(new Error(reply.message))));
    const onError = (cause: unknown): void =>
      settle(() => reject(new Error('A simulation thread failed.', { cause })));
    const onExit = (code: number): void =>
      settle(() =>
        reject(new Error(`A simulation thread ended (exit code ${code}) before its run was done.`)),
      );
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(run);
  });
