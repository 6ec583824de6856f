import { parentPort, Worker, workerData } from 'node:worker_threads';

/** Work done and to be done, in whatever unit the job counts. */
export type OnProgress = (done: number, total: number) => void;

/** A job's result, with those of its buffers that are transferred rather than copied. */
export interface Answer<Result> {
  readonly result: Result;
  readonly transfer?: readonly ArrayBufferLike[];
}

export interface JobOptions {
  /** Buffers of the job that are transferred rather than copied: afterwards the caller's are empty. */
  readonly transfer?: readonly ArrayBufferLike[];
  /** Aborting rejects with the signal's reason, and ends the thread if the job is under way. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** A thread for one kind of jobs, which it does one after another in the order they are asked for. */
export interface JobWorker<Job, Result> {
  /**
   * Rejects with the job's own error, or, saying so, when the thread dies or is closed; the next job then gets
   * a new thread.
   */
  run(job: Job, options?: JobOptions): Promise<Result>;
  /** Ends the thread; jobs that are not done are rejected. */
  close(): Promise<void>;
}

export interface JobWorkerOptions {
  /** What the thread runs: a module that calls `serveJobs` with its own address. */
  readonly script: URL;
  /** What the messages call the worker, as in "The learning worker failed". */
  readonly name: string;
}

/** What the thread answers: any number of `progress`, then one of the others. */
type Reply<Result> =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };

/**
 * A worker whose thread starts with the first job and is kept for the next ones; idle, it does not keep the
 * process alive.
 *
 * @example
 * const worker = createJobWorker<Job, Result>({ script: new URL('./job-worker.ts', import.meta.url), name: 'x' });
 * const result = await worker.run(job, { signal });
 */
export const createJobWorker = <Job, Result>({ script, name }: JobWorkerOptions): JobWorker<Job, Result> => {
  let thread: Worker | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const closing = new AbortController();

  const end = async (): Promise<void> => {
    const ended = thread;
    thread = null;
    await ended?.terminate();
  };

  const start = (): Worker => {
    const worker = new Worker(script, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      name,
      workerData: { serves: script.href },
    });
    const forget = (): void => {
      if (thread === worker) thread = null;
    };
    // A job hears of an error through its own listeners; without one here an idle thread's would be uncaught.
    worker.on('error', forget).on('exit', forget).unref();
    return worker;
  };

  const perform = async (job: Job, stop: AbortSignal, options: JobOptions): Promise<Result> => {
    stop.throwIfAborted();
    thread ??= start();
    // Throws if the job cannot be sent; then the thread has heard nothing of it.
    thread.postMessage(job, ownBuffers(options.transfer ?? []));
    const reply = await lastReply<Result>(thread, name, stop, options.onProgress).catch(async (error) => {
      // Whatever went wrong with the thread itself, the next job starts with a fresh one.
      await end();
      throw error;
    });
    if (reply.kind === 'done') return reply.result;
    throw Object.assign(new Error(reply.message), { stack: reply.stack });
  };

  return {
    run: async (job, options = {}) => {
      if (closing.signal.aborted) throw new Error(`The ${name} worker is closed.`);
      const { signal } = options;
      const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      const before = queue;
      const result = before.then(() => perform(job, stop, options));
      // The next job waits for this one, however it ends; its own caller hears of the error.
      queue = result.catch(() => undefined);
      return Promise.race([result, rejectionWhileQueued(before, stop)]);
    },
    close: async () => {
      closing.abort(new Error(`The ${name} worker was closed before this job was done.`));
      await end();
      await queue;
    },
  };
};

/** Rejects if `stop` is aborted before the jobs `before` are done; then never settles. */
const rejectionWhileQueued = (before: Promise<unknown>, stop: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const onAbort = (): void => reject(stop.reason);
    if (stop.aborted) return onAbort();
    stop.addEventListener('abort', onAbort, { once: true });
    void before.then(() => stop.removeEventListener('abort', onAbort));
  });

/** The last reply to the job that was sent. Rejects when the thread dies or `stop` is aborted. */
const lastReply = <Result>(
  worker: Worker,
  name: string,
  stop: AbortSignal,
  onProgress: OnProgress | undefined,
): Promise<Exclude<Reply<Result>, { readonly kind: 'progress' }>> =>
  new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      stop.removeEventListener('abort', onAbort);
      worker.unref();
      then();
    };
    const fail = (error: unknown): void => settle(() => reject(error));
    const onMessage = (reply: Reply<Result>): void => {
      if (reply.kind === 'progress') onProgress?.(reply.done, reply.total);
      else settle(() => resolve(reply));
    };
    const onError = (cause: unknown): void =>
      fail(new Error(`The ${name} worker failed; the job can be tried again.`, { cause }));
    const onExit = (code: number): void =>
      fail(new Error(`The ${name} worker ended (exit code ${code}) before its job was done.`));
    const onAbort = (): void => fail(stop.reason);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    stop.addEventListener('abort', onAbort);
    // A thread at work keeps the process alive; an idle one does not.
    worker.ref();
  });

/** Shortest time between two progress messages, ms: each one wakes the main thread. */
const PROGRESS_EVERY = 100;

/** Does a job in the thread, telling how far it is; at once or in time. */
export type ServedJob<Job, Result> = (job: Job, tell: OnProgress) => Answer<Result> | Promise<Answer<Result>>;

/**
 * The thread's side: does each job that comes and answers with its result, or with the error that it threw.
 * Does nothing unless `module` (its `import.meta.url`) is what a `createJobWorker` runs in this thread, so a
 * module may serve jobs and be imported as well.
 */
export const serveJobs = <Job, Result>(module: string, perform: ServedJob<Job, Result>): void => {
  const port = parentPort;
  const served: { readonly serves?: string } | null = workerData;
  if (port === null || served?.serves !== module) return;
  const answer = (reply: Reply<Result>, transfer: readonly ArrayBufferLike[] = []): void =>
    port.postMessage(reply, ownBuffers(transfer));
  port.on('message', async (job: Job) => {
    let told = performance.now();
    const tell: OnProgress = (done, total) => {
      if (performance.now() - told < PROGRESS_EVERY && done < total) return;
      told = performance.now();
      answer({ kind: 'progress', done, total });
    };
    try {
      const { result, transfer } = await perform(job, tell);
      answer({ kind: 'done', result }, transfer);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      answer({ kind: 'failed', message, stack: stack ?? message });
    }
  });
};

/** Each buffer that can be transferred, once. */
const ownBuffers = (buffers: readonly ArrayBufferLike[]): ArrayBuffer[] => [
  ...new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer)),
];
