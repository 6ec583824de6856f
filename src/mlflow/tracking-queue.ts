import { messageOf } from '../lib/errors.ts';
import { backOff } from '../lib/retry.ts';
import { sleepUntilAborted } from '../lib/waiting.ts';
import type { MlflowClient } from './client/mlflow-client.ts';
import { MlflowError } from './client/mlflow-error.ts';
import { logRound, setRoundAlias } from './log-round.ts';
import { readTrackingWork } from './tracking-work.ts';

/** Unix time, ms. */
type EpochMs = number;

export interface TrackingJob {
  readonly id: number;
  /** Failures so far. */
  readonly attempts: number;
  /** What `writeTrackingWork` made. */
  readonly work: string;
  /** For a round: its saved model as JSON text, null when the round made none. */
  readonly model: string | null;
}

/** Where the jobs live. Every method may reject; the queue then waits and tries again. */
export interface TrackingStore {
  /**
   * The oldest job that is neither done nor waiting (never failed, or its last `retryAt` <= now); null when
   * there is none.
   */
  nextDue(now: EpochMs): Promise<TrackingJob | null>;
  /** The job never comes up again; its work may be dropped. */
  markDone(id: number, done: TrackingDone): Promise<void>;
  /** Counts a failure; the job comes up again at `retryAt`. */
  saveFailure(id: number, failure: TrackingFailure): Promise<void>;
}

export interface TrackingDone {
  readonly at: EpochMs;
  readonly runId: string;
  /** Version in MLflow's registry; null when the model is not registered. */
  readonly modelVersion: string | null;
}

export interface TrackingFailure {
  readonly at: EpochMs;
  readonly retryAt: EpochMs;
  /** For a person, without secrets. */
  readonly reason: string;
}

/** The part of pino's logger that the queue uses. */
export interface TrackingLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface TrackingQueueOptions {
  readonly client: MlflowClient;
  readonly store: TrackingStore;
  readonly log: TrackingLog;
  readonly signal: AbortSignal;
  readonly clock?: () => EpochMs;
  /** Resolves after so many ms, or at once when the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1, for the jitter of the waits. */
  readonly random?: () => number;
  /** How often an empty queue is looked at again, ms. */
  readonly pollMs?: number;
}

const SECOND: EpochMs = 1000;
const MINUTE: EpochMs = 60 * SECOND;
const HOUR: EpochMs = 60 * MINUTE;

/** Statuses of a proxy whose server is down or overloaded. */
const AWAY = [429, 502, 503, 504];

/** Whether the server is at fault, not the job: then all jobs wait, and no failure is counted. */
const isOutage = ({ kind, status }: MlflowError): boolean =>
  kind === 'unreachable' ||
  kind === 'unauthorised' ||
  kind === 'bad-answer' ||
  (kind === 'server-error' && AWAY.includes(status ?? 0));

/** Whether the server may be in trouble, so that it should be left alone for a while. */
const isServersDoing = (error: MlflowError | null): boolean => error !== null && error.kind !== 'refused';

/**
 * Logs the jobs that wait, the oldest first, until the signal is aborted. A server that is down is tried
 * again after 5 s to 15 min; a job that fails by itself steps aside for the others, from a minute to a day.
 * Everything that must be remembered is in the store and on the server, so it can be stopped or killed at
 * any point. Resolves when stopped; never rejects.
 *
 * @example
 * const stop = new AbortController();
 * const done = runTrackingQueue({ client, store, log, signal: stop.signal });
 * stop.abort(); await done;
 */
export const runTrackingQueue = async (options: TrackingQueueOptions): Promise<void> => {
  const { client, store, log, signal } = options;
  const { clock = Date.now, sleep = sleepUntilAborted, random = Math.random, pollMs = 10 * SECOND } = options;
  const warned = new Set<string>();
  /** Failures in a row of the server, and of our own store. */
  let outage = 0;
  let trouble = 0;

  /** A warning that every round would repeat is given once. */
  const warnOnce = (message: string): void => {
    if (warned.has(message)) log.debug({}, message);
    else log.warn({}, message);
    warned.add(message);
  };

  const done = async (job: TrackingJob, runId: string, modelVersion: string | null): Promise<void> => {
    await store.markDone(job.id, { at: clock(), runId, modelVersion });
    if (outage > 0) log.info({ failures: outage }, 'MLflow works again');
    outage = 0;
  };

  const perform = async (job: TrackingJob): Promise<void> => {
    const work = readTrackingWork(job.work);
    if (work.kind === 'round') {
      const { runName } = work.record;
      const logged = await logRound(client, work.record, job.model, signal);
      for (const warning of logged.warnings) warnOnce(warning);
      await done(job, logged.runId, logged.modelVersion);
      log.info({ run: logged.runId, version: logged.modelVersion }, `${runName} is logged to MLflow`);
      return;
    }
    const outcome = await setRoundAlias(client, work, signal);
    if (outcome.kind === 'not-logged-yet') {
      throw new Error(`${work.alias} cannot be set: round ${work.roundKey} is not logged yet`);
    }
    if (outcome.kind === 'no-version') {
      warnOnce(`${work.alias} cannot be set in MLflow: the round's model is not in the registry.`);
      return done(job, outcome.runId, null);
    }
    await done(job, outcome.runId, outcome.modelVersion);
    log.info(
      { model: work.registeredModel, version: outcome.modelVersion },
      `${work.registeredModel} version ${outcome.modelVersion} is ${work.alias} in MLflow`,
    );
  };

  /** What a failure means; returns the wait before the next job, ms. */
  const onFailure = async (error: unknown, job: TrackingJob): Promise<EpochMs> => {
    const reason = messageOf(error);
    const at = clock();
    const mlflow = error instanceof MlflowError ? error : null;
    if (mlflow === null || !isOutage(mlflow)) {
      // A timeout or an error inside the server may be the job's doing or not: it does not wait for long.
      const most = isServersDoing(mlflow) ? 15 * MINUTE : 24 * HOUR;
      const retryAt = at + backOff(MINUTE, most, job.attempts, random);
      await store.saveFailure(job.id, { at, retryAt, reason });
      const again = new Date(retryAt).toISOString();
      log.warn({ job: job.id, attempts: job.attempts + 1, again }, `Not logged to MLflow: ${reason}`);
    }
    // Refused, or our own fault: the server works, so the next job is tried.
    if (mlflow === null || !isServersDoing(mlflow)) return 0;
    const wait = Math.max(backOff(5 * SECOND, 15 * MINUTE, outage, random), mlflow.retryAfterMs ?? 0);
    outage += 1;
    const fields = { kind: mlflow.kind, waitMs: wait, failures: outage };
    if (outage === 1) log.warn(fields, `MLflow is out of reach, rounds wait for it: ${reason}`);
    else log.debug(fields, `MLflow is still out of reach: ${reason}`);
    return wait;
  };

  /** One job, or one look at an empty queue; returns the wait before the next, ms. */
  const step = async (): Promise<EpochMs> => {
    const job = await store.nextDue(clock());
    if (job === null) return pollMs;
    try {
      await perform(job);
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      return onFailure(error, job);
    }
  };

  while (!signal.aborted) {
    let wait: EpochMs;
    try {
      wait = await step();
      trouble = 0;
    } catch (error) {
      wait = backOff(SECOND, 5 * MINUTE, trouble, random);
      trouble += 1;
      log.warn({ reason: messageOf(error), waitMs: wait }, 'The MLflow queue met an error and tries again');
    }
    if (wait > 0 && !signal.aborted) await sleep(wait, signal);
  }
};
