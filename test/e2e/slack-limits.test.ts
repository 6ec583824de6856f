import { expect, test } from 'vitest';
import { roundAtSlacksLimits } from '../helpers/round-at-slacks-limits.ts';

// The whole of it, thirty cards in 22 s, is in slack-limits.long.test.ts.
test('at Slack’s own limits every card has its picture, once, and shows its verdict at once', async () => {
  const seen = await roundAtSlacksLimits(7, 200);
  expect(seen.cards).toHaveLength(7);
  expect(seen.placeholders).toEqual([]);
  expect(Math.max(...seen.verdicts)).toBeLessThan(2_000);
  expect(seen.reports).toBe(1);
});
