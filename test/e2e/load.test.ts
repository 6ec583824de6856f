import { expect, test } from 'vitest';
import { playLoad } from '../helpers/load.ts';

// `npm run bench -- load` plays 200 people on 50 cards, with ten times and a hundred times as many clicks.
test('a crowd that clicks on the same cards: nothing is lost, the header is calm, notes are gathered', async () => {
  const crowd = { people: 20, candidates: 10, clicks: 200, seconds: 2 };
  const { lost, unanswered, acknowledged, headersIn2s, privateMessages, logLines, p99 } =
    await playLoad(crowd);
  expect(lost).toBe(0);
  expect(acknowledged + unanswered).toBe(crowd.clicks);
  // Others may have the machine just now; Slack waits for 3 s, and a click that is late is kept all the same.
  expect(acknowledged).toBeGreaterThan(0.9 * crowd.clicks);
  expect(p99).toBeLessThan(3000);
  expect(headersIn2s).toBeLessThanOrEqual(1);
  // Some 190 answers came late; each person is told at once and then every two seconds.
  expect(privateMessages).toBeGreaterThanOrEqual(crowd.people);
  expect(privateMessages).toBeLessThanOrEqual(4 * crowd.people);
  expect(logLines).toBeLessThan(50);
});
