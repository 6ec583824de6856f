import { expect, test } from 'vitest';
import { playRounds } from '../helpers/many-rounds.ts';

// many-rounds.long.test.ts plays fifty.
test('from the third round to the seventh a process holds no more handles, threads and memory', async () => {
  const [early, late] = await playRounds(7, [3, 7]);
  if (early === undefined || late === undefined) throw new Error('it was not measured');
  // Code that runs for the first time and what is known of each object still come in: some 0.2 MB a round.
  expect(late.heapMb - early.heapMb).toBeLessThan(4);
  expect(late.externalMb - early.externalMb).toBeLessThan(2);
  // A connection to the chat more or less.
  expect(late.handles - early.handles).toBeLessThanOrEqual(4);
  expect(late.threads).toBeLessThanOrEqual(early.threads);
});
