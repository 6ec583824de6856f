import { expect, test } from 'vitest';
import { playLoad } from '../helpers/load.ts';

// `npm run bench -- load` plays 200 people on 50 cards, with ten times and a hundred times as many clicks.
test('a crowd that clicks on the same cards: nothing is lost, the header is calm, notes are gathered', async () => {
  const crowd = { people: 20, candidates: 10, clicks: 200, seconds: 2 };
  const { lost, kept, headersIn2s, privateMessages, logLines } = await playLoad(crowd);
  expect(lost).toBe(0);
  // How fast is for the bench to say: others may have this machine. What came too late for Slack is kept too.
  expect(kept).toBe(crowd.clicks);
  expect(headersIn2s).toBeLessThanOrEqual(1);
  // Some 190 answers came late; each person is told at once and then every two seconds.
  expect(privateMessages).toBeGreaterThanOrEqual(crowd.people);
  expect(privateMessages).toBeLessThanOrEqual(4 * crowd.people);
  expect(logLines).toBeLessThan(50);
});
