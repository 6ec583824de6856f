import { serveJobs } from '../../src/lib/worker.ts';

let count = 0;

serveJobs<string, number>(import.meta.url, (job) => {
  if (job === 'exit') process.exit(7);
  if (job === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  count += 1;
  return { result: count };
});
