import { createTask } from 'node-cron';
import { expect, test } from 'vitest';
import { isRunDay, lastRun, nextRun, wallClock } from '../../src/lib/cron-times.ts';

const at = (text: string): Date => new Date(text);
const last = (expression: string, timeZone: string, after: string, until: string): string | undefined =>
  lastRun(expression, timeZone, at(after), at(until))?.toISOString();

test('the last time of a schedule is after one moment and up to another', () => {
  const daily = '0 14 * * *';
  expect(last(daily, 'UTC', '2026-03-01T14:00:00Z', '2026-03-05T09:00:00Z')).toBe('2026-03-04T14:00:00.000Z');
  expect(last(daily, 'UTC', '2026-03-04T14:00:00Z', '2026-03-05T09:00:00Z')).toBeUndefined();
  expect(last(daily, 'UTC', '2026-03-04T13:59:59Z', '2026-03-04T14:00:00Z')).toBe('2026-03-04T14:00:00.000Z');
  // From Friday to Monday a schedule of weekdays names no time.
  expect(last('30 14 * * 1-5', 'UTC', '2026-03-06T14:30:00Z', '2026-03-09T10:00:00Z')).toBeUndefined();
  expect(last('*/7 * * * * *', 'UTC', '2026-03-06T14:30:00Z', '2026-03-06T14:30:20Z')).toBe(
    '2026-03-06T14:30:14.000Z',
  );
});

test('its hours are those of the time zone, over the change of the clocks too', () => {
  const daily = '0 14 * * *';
  const london = 'Europe/London';
  expect(last(daily, london, '2026-03-27T20:00:00Z', '2026-03-28T20:00:00Z')).toBe(
    '2026-03-28T14:00:00.000Z',
  );
  expect(last(daily, london, '2026-03-29T10:00:00Z', '2026-03-29T20:00:00Z')).toBe(
    '2026-03-29T13:00:00.000Z',
  );
  expect(last(daily, 'Asia/Kathmandu', '2026-03-28T00:00:00Z', '2026-03-28T20:00:00Z')).toBe(
    '2026-03-28T08:15:00.000Z',
  );
});

test('it finds what node-cron names, whatever the expression', () => {
  for (const expression of [
    '0 14 * * *',
    '*/10 8-18 * * 1-5',
    '5,35 * L * *',
    '15 30 9 1 * *',
    '0 0 * * 7',
  ]) {
    for (const timeZone of ['UTC', 'America/New_York', 'Asia/Kathmandu']) {
      const task = createTask(expression, () => undefined, { timezone: timeZone });
      const runs = task.getNextRuns(12).filter((run) => run.getTime() < Date.now() + 39 * 86_400_000);
      void task.destroy();
      for (const [i, run] of runs.entries()) {
        const before = runs[i - 1] ?? new Date();
        expect(lastRun(expression, timeZone, before, run)).toEqual(run);
        expect(lastRun(expression, timeZone, before, new Date(run.getTime() - 1000))).toBeNull();
      }
      expect(nextRun(expression, timeZone)).toEqual(runs[0] ?? expect.any(Date));
    }
  }
});

test('weeks back are looked through without a pause that a click would notice', () => {
  const begun = performance.now();
  expect(
    lastRun('0 0 1 1 *', 'Europe/Paris', at('2026-01-02T00:00:00Z'), at('2026-06-01T00:00:00Z')),
  ).toBeNull();
  expect(performance.now() - begun).toBeLessThan(500);
});

test('a day is one of a schedule where any of its times is', () => {
  const weekdays = '30 14 * * 1-5';
  expect(isRunDay(weekdays, 'UTC', at('2026-03-09T00:10:00Z'))).toBe(true);
  expect(isRunDay(weekdays, 'UTC', at('2026-03-09T23:59:00Z'))).toBe(true);
  expect(isRunDay(weekdays, 'UTC', at('2026-03-08T12:00:00Z'))).toBe(false);
  // There it is Monday already.
  expect(isRunDay(weekdays, 'Pacific/Auckland', at('2026-03-08T20:00:00Z'))).toBe(true);
});

test('the clock on the wall is read in the time zone', () => {
  const zone = 'America/New_York';
  expect(wallClock(at('2026-03-09T03:05:00Z'), zone)).toEqual({
    day: '2026-03-08',
    hour: 23,
    minute: 5,
    weekend: true,
  });
});
