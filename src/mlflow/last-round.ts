import type { MlflowClient, MlflowRun } from './client/mlflow-client.ts';
import { ROUND_TAG } from './round-record.ts';

/** The round that a run logged. */
export interface LoggedRoundInfo {
  readonly round: number;
  readonly runId: string;
  readonly runName: string;
  /** Unix time, ms. */
  readonly startedAt: number;
}

/** Number of the round that a run logged, from its tag or its name round_<n>_<strategy>; null for others. */
export const roundOfRun = (run: Pick<MlflowRun, 'runName' | 'tags'>): number | null => {
  const text = run.tags[ROUND_TAG] ?? /^round_(\d+)(?:_|$)/.exec(run.runName)?.[1] ?? '';
  return /^\d+$/.test(text) ? Number(text) : null;
};

/**
 * The round to go on from: that of the finished run which started last. Runs that are no rounds are passed
 * over; null when there is no experiment of this name or no round in it.
 */
export const lastRound = async (
  client: Pick<MlflowClient, 'findExperiment' | 'lastFinishedRun'>,
  experiment: string,
  signal?: AbortSignal,
): Promise<LoggedRoundInfo | null> => {
  const id = await client.findExperiment(experiment, signal);
  if (id === null) return null;
  const run = await client.lastFinishedRun(id, (candidate) => roundOfRun(candidate) !== null, signal);
  const round = run === null ? null : roundOfRun(run);
  if (run === null || round === null) return null;
  return { round, runId: run.runId, runName: run.runName, startedAt: run.startTime };
};
