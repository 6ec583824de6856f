import { expect, test } from 'vitest';
import { playRounds } from '../helpers/many-rounds.ts';

test('fifty rounds in one process: what it holds after the tenth is what it holds after the last', async () => {
  const [tenth, fiftieth] = await playRounds(50, [10, 50]);
  if (tenth === undefined || fiftieth === undefined) throw new Error('it was not measured');
  console.log(JSON.stringify({ tenth, fiftieth }));
  expect(fiftieth.heapMb - tenth.heapMb).toBeLessThan(4);
  expect(fiftieth.externalMb - tenth.externalMb).toBeLessThan(2);
  // A connection to the chat more or less.
  expect(fiftieth.handles - tenth.handles).toBeLessThanOrEqual(4);
  expect(fiftieth.threads).toBeLessThanOrEqual(tenth.threads);
});
