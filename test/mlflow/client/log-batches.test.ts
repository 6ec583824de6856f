import { describe, expect, test } from 'vitest';
import { BATCH_LIMITS, logBatches } from '../../../src/mlflow/client/log-batches.ts';

const metrics = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ key: `m${i}`, value: i, timestamp: 1, step: 30 }));
const entries = (n: number, length = 1) =>
  Array.from({ length: n }, (_, i) => ({ key: `e${i}`, value: 'x'.repeat(length) }));
const sizes = (batches: ReturnType<typeof logBatches>) =>
  batches.map((batch) => [batch.params.length, batch.tags.length, batch.metrics.length]);

describe('log batches', () => {
  test('a usual round is one request; nothing is none', () => {
    expect(sizes(logBatches({ metrics: metrics(30), params: entries(20), tags: entries(10) }))).toEqual([
      [20, 10, 30],
    ]);
    expect(logBatches({})).toEqual([]);
  });

  test('exactly the limits are one request, one more of anything is two', () => {
    expect(sizes(logBatches({ metrics: metrics(800), params: entries(100), tags: entries(100) }))).toEqual([
      [100, 100, 800],
    ]);
    expect(sizes(logBatches({ metrics: metrics(1001) }))).toEqual([
      [0, 0, 1000],
      [0, 0, 1],
    ]);
    expect(sizes(logBatches({ metrics: metrics(801), params: entries(100), tags: entries(100) }))).toEqual([
      [100, 100, 800],
      [0, 0, 1],
    ]);
    expect(sizes(logBatches({ params: entries(101) }))).toEqual([
      [100, 0, 0],
      [1, 0, 0],
    ]);
    expect(sizes(logBatches({ tags: entries(250) }))).toEqual([
      [0, 100, 0],
      [0, 100, 0],
      [0, 50, 0],
    ]);
  });

  test('nothing is lost or put in another order, and no request is larger than a megabyte', () => {
    const data = { params: entries(300, 6000), tags: entries(150, 8000), metrics: metrics(2500) };
    const batches = logBatches(data);
    expect(batches.flatMap(({ params }) => params)).toEqual(data.params);
    expect(batches.flatMap(({ tags }) => tags)).toEqual(data.tags);
    expect(batches.flatMap(({ metrics }) => metrics)).toEqual(data.metrics);
    for (const batch of batches) {
      expect(Buffer.byteLength(JSON.stringify({ run_id: 'r'.repeat(32), ...batch }))).toBeLessThan(
        BATCH_LIMITS.bytes,
      );
    }
  });
});
