import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIdentifyBudget } from '../../../src/bot/discord/connection/identify-budget.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { openTestStore } from '../../helpers/test-store.ts';

let db: Db;
let remaining = 1000;
beforeEach(async () => {
  db = await openTestStore();
  remaining = 1000;
});
afterEach(() => db.destroy());

const stopping = new AbortController();
/** As a process sees it that has just started. */
const budget = () =>
  createIdentifyBudget({
    db,
    limits: async () => ({
      session_start_limit: { total: 1000, remaining, reset_after: 50, max_concurrency: 1 },
    }),
    clock: () => new Date(),
    log: pino({ level: 'silent' }),
    backOff: { firstMs: 60, longestMs: 150 },
    stopping: stopping.signal,
  });

const waited = async (one: ReturnType<typeof budget>): Promise<number> => {
  const from = performance.now();
  await one.wait(new AbortController().signal);
  return performance.now() - from;
};

test('each session in a row waits longer than the one before, over restarts too, until one has held', async () => {
  expect(await waited(budget())).toBeLessThan(50);
  expect(await waited(budget())).toBeGreaterThan(50);
  expect(await waited(budget())).toBeGreaterThan(110);
  const last = budget();
  expect(await waited(last)).toBeGreaterThan(140);
  await last.held();
  expect(await waited(budget())).toBeLessThan(50);
});

test('none left: it waits until Discord gives some, and asks again', async () => {
  remaining = 0;
  setTimeout(() => {
    remaining = 1000;
  }, 80);
  expect(await waited(budget())).toBeGreaterThan(75);
});

test('a connection that was closed meanwhile gives its wait up', async () => {
  await waited(budget());
  const aborted = new AbortController();
  const waiting = budget().wait(aborted.signal);
  aborted.abort();
  await expect(waiting).rejects.toThrow('closed meanwhile');
});
