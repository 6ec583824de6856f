import { afterEach, describe, expect, it } from 'vitest';
import { createJobWorker, type JobWorker, serveJobs } from '../../src/lib/worker.ts';

/** A thread that does with each job what the job's text says. */
const script = new URL('./counting-worker.ts', import.meta.url);
const workers: JobWorker<string, number>[] = [];
const worker = (): JobWorker<string, number> => {
  const made = createJobWorker<string, number>({ script, name: 'counting' });
  workers.push(made);
  return made;
};
afterEach(async () => {
  for (const made of workers.splice(0)) await made.close();
});

describe('a worker for jobs', () => {
  it('does jobs in the order they are asked for, in one thread', async () => {
    const counting = worker();
    expect(await Promise.all(['count', 'count', 'count'].map((job) => counting.run(job)))).toEqual([1, 2, 3]);
  });

  it('rejects the job during which its thread ends, and starts a new thread for the next', async () => {
    const counting = worker();
    const [ended, next] = await Promise.allSettled([counting.run('exit'), counting.run('count')]);
    expect(ended).toMatchObject({
      reason: new Error('The counting worker ended (exit code 7) before its job was done.'),
    });
    expect(next).toMatchObject({ value: 1 });
  });

  it('rejects a job that is stopped while others are before it, at once, and leaves those alone', async () => {
    const counting = worker();
    const stop = new AbortController();
    const order: string[] = [];
    const first = counting.run('wait').then(() => order.push('first'));
    const second = counting
      .run('count', { signal: stop.signal })
      .catch((error: unknown) => order.push(String(error)));
    stop.abort(new Error('no longer wanted'));
    await Promise.all([first, second]);
    expect(order).toEqual(['Error: no longer wanted', 'first']);
    // The stopped one was never done: the thread has counted the waiting one only.
    expect(await counting.run('count')).toBe(2);
  });

  it('says that it is closed to whoever comes later', async () => {
    const counting = worker();
    await counting.close();
    await expect(counting.run('count')).rejects.toThrow('The counting worker is closed.');
  });

  it('serves nothing where it was not started as the worker', () => {
    expect(() => serveJobs(import.meta.url, () => ({ result: 1 }))).not.toThrow();
  });
});
