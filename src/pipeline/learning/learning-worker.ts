import { serveJobs } from '../../lib/worker.ts';
import type { Reason } from './engines/explanation.ts';
import {
  type ExplainJob,
  runExplainJob,
  runTrainJob,
  type TrainJob,
  type TrainResult,
} from './learning-job.ts';

/** What the thread is asked. */
export type LearningRequest =
  | { readonly kind: 'train'; readonly job: TrainJob }
  | { readonly kind: 'explain'; readonly job: ExplainJob };

/** What it answers to each. */
export type LearningResult =
  | { readonly kind: 'train'; readonly result: TrainResult }
  | { readonly kind: 'explain'; readonly result: readonly (readonly Reason[])[] };

serveJobs<LearningRequest, LearningResult>(import.meta.url, (request, tell) => {
  if (request.kind === 'explain') return { result: { kind: 'explain', result: runExplainJob(request.job) } };
  const result = runTrainJob(request.job, tell);
  const arrays = [result.outOfBag, result.training, result.gains].filter((a) => a !== null);
  return { result: { kind: 'train', result }, transfer: arrays.map((array) => array.buffer) };
});
