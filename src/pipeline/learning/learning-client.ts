import { Worker } from 'node:worker_threads';
import type { FeatureMatrix } from './engines/classifier.ts';
import type { Reason } from './engines/explanation.ts';
import type { ExplainJob, OnProgress, ScoreJob, TrainJob, TrainResult } from './learning-job.ts';
import type { WorkerReply, WorkerRequest } from './learning-worker.ts';

export interface JobOptions {
  /** Aborting ends the worker thread at once; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Trees built and to be built, at most some ten times a second. */
  readonly onProgress?: OnProgress;
}

/**
 * Training and scoring in a worker thread, one job after another. The matrices and labels of a job are
 * handed over, not copied: afterwards the caller's typed arrays are empty.
 */
export interface LearningClient {
  train(job: TrainJob, options?: JobOptions): Promise<TrainResult>;
  /** P(class 1) of each row by a saved model. */
  score(job: ScoreJob, options?: JobOptions): Promise<Float64Array>;
  /** The features that pushed each row's probability most, strongest first. */
  explain(job: ExplainJob, options?: JobOptions): Promise<readonly (readonly Reason[])[]>;
  /** Ends the thread; jobs that are not done are rejected. */
  close(): Promise<void>;
}

const WORKER = new URL('./learning-worker.ts', import.meta.url);

/**
 * A client whose thread starts with the first job and is kept for the next ones; it does not keep the
 * process alive while it is idle. A job whose thread dies is rejected, and the next one gets a new thread.
 * `script` is what the thread runs.
 */
export const createLearningClient = (script = WORKER): LearningClient => {
  let worker: Worker | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const closing = new AbortController();

  const endWorker = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };

  const run = async (
    request: WorkerRequest,
    transfer: readonly ArrayBufferLike[],
    { signal, onProgress }: JobOptions,
  ): Promise<WorkerReply> => {
    const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
    stop.throwIfAborted();
    worker ??= startWorker(script, (dead) => {
      if (worker === dead) worker = null;
    });
    try {
      return await converse(worker, request, transfer, stop, onProgress);
    } catch (error) {
      // Whatever went wrong with the thread itself, the next job starts with a fresh one.
      await endWorker();
      throw error;
    }
  };

  const enqueue = (
    request: WorkerRequest,
    matrices: readonly FeatureMatrix[],
    others: readonly ArrayBufferLike[],
    options: JobOptions,
  ): Promise<WorkerReply> => {
    const transfer = new Set([...matrices.map((matrix) => matrix.values.buffer), ...others]);
    const reply = queue.then(() => run(request, [...transfer], options));
    // The next job waits for this one, however it ends; its own caller hears of the error.
    queue = reply.catch(() => undefined);
    return reply;
  };

  return {
    train: async (job, options = {}) => {
      const matrices = job.pool ? [job.x, job.pool] : [job.x];
      const reply = await enqueue({ kind: 'train', job }, matrices, [job.y.buffer], options);
      if (reply.kind === 'trained') return reply.result;
      throw failure(reply);
    },
    score: async (job, options = {}) => {
      const reply = await enqueue({ kind: 'score', job }, [job.x], [], options);
      if (reply.kind === 'scored') return reply.result;
      throw failure(reply);
    },
    explain: async (job, options = {}) => {
      const reply = await enqueue({ kind: 'explain', job }, [job.x], [], options);
      if (reply.kind === 'explained') return reply.result;
      throw failure(reply);
    },
    close: async () => {
      closing.abort(new Error('The learning worker was closed before this job was done.'));
      await endWorker();
      await queue;
    },
  };
};

/** `onDeath` is told when the thread ends for whatever reason, idle or not. */
const startWorker = (script: URL, onDeath: (worker: Worker) => void): Worker => {
  const worker = new Worker(script, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    name: 'learning',
  });
  // A job hears of the error through its own listeners; without one here an idle thread's would be uncaught.
  worker.on('error', () => onDeath(worker)).on('exit', () => onDeath(worker));
  worker.unref();
  return worker;
};

/** Sends one request and waits for its last reply. Rejects when the thread dies or `stop` is aborted. */
const converse = (
  worker: Worker,
  request: WorkerRequest,
  transfer: readonly ArrayBufferLike[],
  stop: AbortSignal,
  onProgress?: OnProgress,
): Promise<WorkerReply> =>
  new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      stop.removeEventListener('abort', onAbort);
      worker.unref();
      then();
    };
    const onMessage = (reply: WorkerReply): void => {
      if (reply.kind === 'progress') onProgress?.(reply.done, reply.total);
      else settle(() => resolve(reply));
    };
    const onError = (error: unknown): void =>
      settle(() =>
        reject(new Error('The learning worker failed; the job can be tried again.', { cause: error })),
      );
    const onExit = (code: number): void =>
      settle(() =>
        reject(new Error(`The learning worker ended (exit code ${code}) before its job was done.`)),
      );
    const onAbort = (): void => settle(() => reject(stop.reason));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    stop.addEventListener('abort', onAbort);
    // A thread at work keeps the process alive; an idle one does not.
    worker.ref();
    worker.postMessage(
      request,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  });

const failure = (reply: WorkerReply): Error => {
  if (reply.kind !== 'failed') return new Error(`The learning worker answered ${reply.kind} to another job.`);
  const error = new Error(reply.message);
  error.stack = reply.stack;
  return error;
};
