import { expect, test } from 'vitest';
import { scheduleWords } from '../../../src/bot/content/format.ts';

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
