import { parentPort } from 'node:worker_threads';
import type { Reason } from './engines/explanation.ts';
import {
  type ExplainJob,
  runExplainJob,
  runScoreJob,
  runTrainJob,
  type ScoreJob,
  type TrainJob,
  type TrainResult,
} from './learning-job.ts';

/** What the client sends: one job at a time. */
export type WorkerRequest =
  | { readonly kind: 'train'; readonly job: TrainJob }
  | { readonly kind: 'score'; readonly job: ScoreJob }
  | { readonly kind: 'explain'; readonly job: ExplainJob };

/** What the worker answers: any number of `progress`, then one `done` or `failed`. */
export type WorkerReply =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'trained'; readonly result: TrainResult }
  | { readonly kind: 'scored'; readonly result: Float64Array }
  | { readonly kind: 'explained'; readonly result: readonly (readonly Reason[])[] }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };

/** Progress is told at most this often, ms: telling costs the main thread a wake-up. */
const PROGRESS_EVERY = 100;

const serve = (port: NonNullable<typeof parentPort>): void => {
  const answer = (reply: WorkerReply, transfer: readonly ArrayBufferLike[] = []): void =>
    port.postMessage(
      reply,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );

  const perform = (request: WorkerRequest): void => {
    if (request.kind === 'score') {
      const result = runScoreJob(request.job);
      answer({ kind: 'scored', result }, [result.buffer]);
      return;
    }
    if (request.kind === 'explain') {
      answer({ kind: 'explained', result: runExplainJob(request.job) });
      return;
    }
    let told = performance.now();
    const result = runTrainJob(request.job, (done, total) => {
      if (performance.now() - told < PROGRESS_EVERY && done < total) return;
      told = performance.now();
      answer({ kind: 'progress', done, total });
    });
    const arrays = [result.outOfBag, result.training, result.pool, result.gains].filter((a) => a !== null);
    answer(
      { kind: 'trained', result },
      arrays.map((array) => array.buffer),
    );
  };

  port.on('message', (request: WorkerRequest) => {
    try {
      perform(request);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      answer({ kind: 'failed', message, stack: stack ?? message });
    }
  });
};

if (parentPort) serve(parentPort);
