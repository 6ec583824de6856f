import { connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MetricsOptions, type MetricsServer, startMetrics } from '../../src/service/metrics.ts';
import { wantMessage } from '../../src/store/chat/messages.ts';
import { beginPull, finishPull } from '../../src/store/intake/pulls.ts';
import type { Db } from '../../src/store/open-store.ts';
import { insertRound } from '../../src/store/rounds/rounds.ts';
import { eventually } from '../helpers/service.ts';
import { openTestStore } from '../helpers/test-store.ts';

const NOW = new Date('2026-05-02T16:00:00Z');
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString();

let db: Db;
let server: MetricsServer;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(async () => {
  await server.stop();
  await db.destroy();
});

const start = async (more: Partial<MetricsOptions> = {}): Promise<void> => {
  const log = pino({ level: 'silent' });
  server = await startMetrics({
    host: '127.0.0.1',
    port: 0,
    db,
    clock: () => NOW,
    log,
    readLag: null,
    ...more,
  });
};

/** Samples of a scrape by name and labels. */
const scrape = async (): Promise<Map<string, number>> => {
  const response = await fetch(`${server.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
};

test('metrics tell rounds, answers, the outbox, queues, the last pull, the process', async () => {
  await wantMessage(db, { key: 'digest:1', kind: 'digest', at: ago(90) });
  await wantMessage(db, { key: 'digest:2', kind: 'digest', at: ago(5) });
  await insertRound(db, {
    size: 3,
    strategy: 'random',
    model_type: 'galactic',
    pool_size: 9,
    model_id: null,
    opened_at: ago(60),
    firstSeed: 1,
  });
  await start();
  const before = await scrape();
  expect(before.get('finkvra_rounds{state="open"}')).toBe(1);
  expect(before.get('finkvra_rounds{state="closed"}')).toBe(0);
  expect(before.get('finkvra_answers')).toBe(0);
  expect(before.get('finkvra_outbox_messages{wait="post"}')).toBe(2);
  expect(before.get('finkvra_outbox_messages{wait="unsure"}')).toBe(0);
  expect(before.get('finkvra_outbox_oldest_seconds')).toBe(90);
  expect(before.get('finkvra_queue_length{queue="quarantine"}')).toBe(0);
  expect(before.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  expect(before.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  // What is not known is not there: a zero would be read as a time or as no lag.
  expect(before.has('finkvra_last_pull_timestamp_seconds')).toBe(false);
  expect(before.has('finkvra_kafka_lag_messages')).toBe(false);

  const pull = await beginPull(db, 'a topic', ago(60));
  expect((await scrape()).has('finkvra_last_pull_timestamp_seconds')).toBe(false);
  await finishPull(db, pull, ago(30), 'no broker answers');
  const after = await scrape();
  expect(after.get('finkvra_last_pull_timestamp_seconds')).toBe(NOW.getTime() / 1000 - 30);
  expect(after.get('finkvra_last_pull_failed')).toBe(1);
});

test('the lag is asked for once a minute and waited for by nobody; a broker that is away takes the sample away', async () => {
  let now = NOW.getTime();
  let asked = 0;
  let answer: (lag: number) => void = () => undefined;
  let refuse: (error: Error) => void = () => undefined;
  const readLag = () => {
    asked += 1;
    return new Promise<number>((resolve, reject) => {
      answer = resolve;
      refuse = reject;
    });
  };
  await start({ readLag, clock: () => new Date(now) });
  const lag = async () => (await scrape()).get('finkvra_kafka_lag_messages');
  expect(await lag()).toBeUndefined();
  answer(123);
  await eventually('lag', async () => (await lag()) === 123);
  expect(asked).toBe(1);
  now += 61_000;
  expect(await lag()).toBe(123);
  refuse(new Error('no broker answers'));
  await eventually('unknown lag', async () => (await lag()) === undefined);
  expect(asked).toBe(2);
});

test('healthz is well while the store answers, whatever else is away, and ill when it does not', async () => {
  await start({ patienceMs: 50 });
  const health = async () => {
    const response = await fetch(`${server.url}/healthz`);
    return { status: response.status, body: await response.json() };
  };
  expect(await health()).toEqual({
    status: 200,
    body: { status: 'ok', toPost: 0, oldestToPost: null, lastPullAt: null, lastPullFailed: false },
  });
  let release = (): void => undefined;
  const held = db.transaction().execute(
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  await eventually('a store that does not answer', async () => (await health()).status === 503);
  expect((await health()).body).toEqual({ status: 'ill', error: 'the store did not answer within 50 ms' });
  expect((await fetch(`${server.url}/metrics`)).status).toBe(503);
  release();
  await held;
  await eventually('a store that answers again', async () => (await health()).status === 200);
});

test('anything else is refused in words, and a taken port is told with the setting to change', async () => {
  await start();
  expect((await fetch(`${server.url}/`)).status).toBe(404);
  expect((await fetch(`${server.url}/metrics`, { method: 'POST' })).status).toBe(405);
  const head = await fetch(`${server.url}/metrics`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const port = Number(new URL(server.url).port);
  const second = startMetrics({
    host: '127.0.0.1',
    port,
    db,
    clock: () => NOW,
    log: pino({ level: 'silent' }),
    readLag: null,
  });
  await expect(second).rejects.toThrow('METRICS_PORT');
});

test('a scraper that keeps its connection open does not hold up the end', async () => {
  await start();
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const closed = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
  await eventually('connection', () => socket.readyState === 'open');
  await server.stop();
  await closed;
  await start();
});
