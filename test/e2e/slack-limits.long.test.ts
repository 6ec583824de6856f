import { expect, test } from 'vitest';
import { roundAtSlacksLimits } from '../helpers/round-at-slacks-limits.ts';

test('three people answer thirty cards in 22 s at Slack’s own limits: each verdict shows within 2 s', async () => {
  const seen = await roundAtSlacksLimits(30, 22_000 / 30);
  expect(seen.cards).toHaveLength(30);
  expect(seen.placeholders).toEqual([]);
  expect(Math.max(...seen.verdicts)).toBeLessThan(2_000);
  expect(seen.reports).toBe(1);
});
