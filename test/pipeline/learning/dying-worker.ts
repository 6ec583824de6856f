import { parentPort } from 'node:worker_threads';
import type { LearningRequest } from '../../../src/pipeline/learning/learning-worker.ts';

/** Stands in for the learning worker and dies as the job's engine says. */
parentPort?.on('message', ({ job }: LearningRequest) => {
  const how = 'engine' in job ? job.engine : '';
  if (how === 'exits') process.exit(7);
  if (how === 'throws') throw new Error('out of order');
  parentPort?.postMessage({ kind: 'failed', message: 'nothing to do', stack: '' });
  setTimeout(() => process.exit(7), 20);
});
