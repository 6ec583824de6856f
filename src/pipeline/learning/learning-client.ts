import { createJobWorker, type OnProgress } from '../../lib/worker.ts';
import type { Reason } from './engines/explanation.ts';
import type { ExplainJob, TrainJob, TrainResult } from './learning-job.ts';
import type { LearningRequest, LearningResult } from './learning-worker.ts';

export interface LearningOptions {
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
  train(job: TrainJob, options?: LearningOptions): Promise<TrainResult>;
  /** The features that pushed each row's probability most, strongest first. */
  explain(job: ExplainJob, options?: LearningOptions): Promise<readonly (readonly Reason[])[]>;
  /** Ends the thread; jobs that are not done are rejected. */
  close(): Promise<void>;
}

/** `script` is what the thread runs. */
export const createLearningClient = (
  script = new URL('./learning-worker.ts', import.meta.url),
): LearningClient => {
  const worker = createJobWorker<LearningRequest, LearningResult>({ script, name: 'learning' });
  return {
    train: async (job, options) => {
      const buffers = [job.x.values.buffer, job.y.buffer];
      const answer = await worker.run({ kind: 'train', job }, { ...options, transfer: buffers });
      if (answer.kind === 'train') return answer.result;
      throw otherAnswer(answer.kind);
    },
    explain: async (job, options) => {
      const answer = await worker.run(
        { kind: 'explain', job },
        { ...options, transfer: [job.x.values.buffer] },
      );
      if (answer.kind === 'explain') return answer.result;
      throw otherAnswer(answer.kind);
    },
    close: () => worker.close(),
  };
};

const otherAnswer = (kind: string): Error =>
  new Error(`The learning worker answered ${kind} to another job.`);
