import { afterEach, beforeEach, expect, test } from 'vitest';
import { calibratedProbability } from '../../../src/loop/rounds/read-model.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { insertModel } from '../../../src/store/rounds/models.ts';
import { insertRound } from '../../../src/store/rounds/rounds.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const AT = '2026-05-02T12:00:00.000Z';
let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

const modelWith = async (calibration: string | null): Promise<number> => {
  const round = await insertRound(db, {
    size: 10,
    strategy: 'random',
    model_type: 'galactic',
    firstSeed: 1,
    pool_size: 100,
    model_id: null,
    opened_at: AT,
  });
  return insertModel(db, {
    round_id: round?.id ?? 0,
    model_type: 'galactic',
    engine: 'extra-trees',
    seed: 1,
    labels: 60,
    saved: '{}',
    trained_at: AT,
    promoted_at: null,
    calibration,
  });
};

test('a model with a scaling is read by it: the order stays, the figures move away from one half', async () => {
  const read = await calibratedProbability(db, await modelWith(JSON.stringify({ slope: 2, offset: 0 })));
  expect(read(0.5)).toBeCloseTo(0.5);
  expect(read(0.7)).toBeGreaterThan(0.7);
  expect(read(0.3)).toBeLessThan(0.3);
  expect(read(0.8)).toBeGreaterThan(read(0.7));
});

test('without a scaling, or without a model, a probability is told as it is', async () => {
  for (const id of [await modelWith(null), null])
    expect((await calibratedProbability(db, id))(0.7)).toBe(0.7);
});
