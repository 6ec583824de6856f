import { performance } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { createEngine, loadModel } from '../../../src/pipeline/learning/engines/engines.ts';
import { createLearningClient, type LearningClient } from '../../../src/pipeline/learning/learning-client.ts';
import type { TrainJob } from '../../../src/pipeline/learning/learning-job.ts';
import { madeUpTable } from './made-up-table.ts';

const clients: LearningClient[] = [];
const client = (script?: URL): LearningClient => {
  const made = createLearningClient(script);
  clients.push(made);
  return made;
};
afterEach(async () => {
  for (const made of clients.splice(0)) await made.close();
});

const job = (rows: number, over: Partial<TrainJob> = {}): TrainJob => {
  const { x, y, groups } = madeUpTable(rows, 1);
  return { engine: 'ml-random-forest', seed: 3, x, y, groups, ...over };
};

test('a model trained in the thread is the one trained here; jobs asked for at once are all done', async () => {
  const learning = client();
  const results = await Promise.all([1, 2, 3].map(() => learning.train(job(40))));
  const here = job(40);
  const fit = createEngine('ml-random-forest').fit(here.x, here.y, { seed: 3, groups: here.groups });
  const pool = madeUpTable(300, 2).x;
  for (const result of results) {
    expect([...result.outOfBag]).toEqual([...fit.outOfBag]);
    expect([...result.training]).toEqual([...fit.model.predict(here.x)]);
    expect([...loadModel(result.model).predict(pool)]).toEqual([...fit.model.predict(pool)]);
  }
});

test('importance comes when it is asked for, and reasons for what was scored', async () => {
  const learning = client();
  const { model, importance } = await learning.train(job(60, { engine: 'extra-trees', importance: true }));
  expect(importance?.[0]?.features).toEqual(['a']);
  const reasons = await learning.explain({ model, x: madeUpTable(5, 3).x, count: 2 });
  expect(reasons.map((row) => row.length)).toEqual([2, 2, 2, 2, 2]);
  expect((await learning.train(job(60))).importance).toBeNull();
});

test('arrays are handed over, not copied', async () => {
  const handed = job(40);
  await client().train(handed);
  expect([handed.x.values.length, handed.y.length]).toEqual([0, 0]);
});

test('the main thread stays free and hears of the progress', async () => {
  const told: number[] = [];
  // Not pauses by the clock: on a busy machine those are the other processes' doing.
  const before = performance.eventLoopUtilization();
  await client().train(job(150), { onProgress: (done) => told.push(done) });
  const { active, idle } = performance.eventLoopUtilization(before);
  expect(told.at(-1)).toBe(100);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(active / (active + idle)).toBeLessThan(0.4);
});

test('an error in the thread arrives with its message, and the thread goes on', async () => {
  const learning = client();
  await expect(learning.train(job(40, { y: new Uint8Array(40) }))).rejects.toThrow(
    'All 40 labels are of one class',
  );
  await expect(learning.train(job(40, { engine: 'oracle' }))).rejects.toThrow(
    'There is no engine named oracle',
  );
  await expect(learning.train(job(40))).resolves.toMatchObject({ warnings: [] });
});

test('a job can be stopped, at once, and the next one is done', async () => {
  const learning = client();
  const stop = new AbortController();
  const long = learning.train(job(500), {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('new labels')),
  });
  const next = learning.train(job(40));
  await expect(long).rejects.toThrow('new labels');
  await expect(next).resolves.toHaveProperty('training');
});

test('a job that is stopped before it begins never begins', async () => {
  const handed = job(40);
  await expect(client().train(handed, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
    'too late',
  );
  expect(handed.y).toHaveLength(40);
});

test('closing rejects what is not done', async () => {
  const learning = client();
  const jobs = Promise.allSettled([learning.train(job(500)), learning.train(job(40))]);
  await learning.close();
  for (const done of await jobs) {
    expect(done).toMatchObject({
      status: 'rejected',
      reason: expect.objectContaining({ message: expect.stringContaining('closed') }),
    });
  }
});

test('a thread that dies rejects its job and says so; asked again, a new thread is started', async () => {
  const learning = client(new URL('./dying-worker.ts', import.meta.url));
  await expect(learning.train(job(40, { engine: 'exits' }))).rejects.toThrow('exit code 7');
  await expect(learning.train(job(40, { engine: 'throws' }))).rejects.toThrow('The learning worker failed');
  await expect(learning.train(job(40, { engine: 'idles, then exits' }))).rejects.toThrow('nothing to do');
  await new Promise((resolve) => setTimeout(resolve, 150));
  await expect(learning.train(job(40, { engine: 'idles, then exits' }))).rejects.toThrow('nothing to do');
});
