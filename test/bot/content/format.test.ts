import { expect, test } from 'vitest';
import {
  scheduleWords,
  unbroken,
  unbrokenNumbers,
  unbrokenPercent,
} from '../../../src/bot/content/format.ts';

test('daily and weekly schedules are told in words', () => {
  expect(scheduleWords('0 14 * * *', 'UTC')).toBe('daily at 14:00 UTC');
  expect(scheduleWords('5 6 * * 1-5', 'UTC')).toBe('Monday to Friday at 06:05 UTC');
  expect(scheduleWords(' 30  9 * * 1 ', 'UTC')).toBe('every Monday at 09:30 UTC');
  expect(scheduleWords('30 9 * * 7', 'UTC')).toBe('every Sunday at 09:30 UTC');
});

test('any other one stays an expression that no chat takes for bold text', () => {
  expect(scheduleWords('*/5 8-20 1 * *', 'UTC')).toBe('∗/5 8-20 1 ∗ ∗ (cron, UTC)');
  expect(scheduleWords('0 0 14 * * *', 'UTC')).not.toContain('*');
});

/** The places where a narrow screen may break the line. */
const pieces = (text: string): string[] => text.split(' ');

test('a number stays with its name and its unit, and lists still break at their commas', () => {
  expect(pieces(unbrokenNumbers('r = 20.35 ± 0.17 on MJD 61330.27 · 9 detections, 15 limits'))).toEqual([
    'r\u00a0=\u00a020.35\u00a0±\u00a00.17',
    'on',
    'MJD\u00a061330.27',
    '·',
    '9\u00a0detections,',
    '15\u00a0limits',
  ]);
  expect(pieces(unbrokenNumbers('slope g +0.003, r −0.001 mag/day'))).toEqual([
    'slope',
    'g\u00a0+0.003,',
    'r\u00a0−0.001\u00a0mag/day',
  ]);
});

test('per cent signs and whole names', () => {
  expect(pieces(unbrokenPercent('78 % (60 % to 89 %)'))).toEqual([
    '78\u00a0%',
    '(60\u00a0%',
    'to',
    '89\u00a0%)',
  ]);
  expect(pieces(unbroken('Round 4, no. 3'))).toHaveLength(1);
});
