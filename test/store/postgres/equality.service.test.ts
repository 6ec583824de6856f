import { afterEach, expect, test } from 'vitest';
import { type Db, openStore } from '../../../src/store/open-store.ts';
import { answerSome, loopOn, outcomeOf, pullNight } from '../../helpers/played-rounds.ts';
import { createTestDatabase } from '../../helpers/test-store.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const played = async (db: Db) => {
  ends.push(() => db.destroy());
  await pullNight(db);
  const loop = loopOn(db);
  ends.push(() => loop.stop());
  await loop.openRound();
  for (let round = 0; round < 3; round += 1) await answerSome(db, loop);
  return outcomeOf(db);
};

test('the same clicks on both kinds of store: accuracies, draws, models and exports are equal to the last bit', async () => {
  const { url, drop } = await createTestDatabase();
  ends.push(drop);
  const inMemory = await played(await openStore(':memory:'));
  const onServer = await played(await openStore(url));
  expect(inMemory.reports).toHaveLength(3);
  expect(inMemory.reports[2]?.report).toContain('accuracy');
  expect(onServer).toEqual(inMemory);
});
