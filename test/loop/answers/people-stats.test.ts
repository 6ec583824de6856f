import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPeopleStats } from '../../../src/loop/answers/people-stats.ts';
import { insertAnswer } from '../../../src/store/answers/answers.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { insertModel } from '../../../src/store/rounds/models.ts';
import { insertCandidates, insertRound } from '../../../src/store/rounds/rounds.ts';
import { alertWith } from '../../helpers/alerts.ts';
import { storeAlerts } from '../../helpers/loop-parts.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const AT = '2026-05-02T12:00:00.000Z';
let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

/** A round whose candidates a model of a rare class chose: it takes P = 30 % and more for the class. */
const roundOfRareClass = async (ps: readonly number[], threshold: number | null): Promise<number[]> => {
  const alerts = ps.map((_, i) => alertWith({ candid: `${i + 1}`, objectId: `ZTF25obj${i + 1}`, ra: i }));
  await storeAlerts(db, alerts, AT);
  const model = await insertModel(db, {
    round_id: null,
    model_type: 'galactic',
    engine: 'x',
    seed: 1,
    labels: 9,
    saved: '{}',
    trained_at: AT,
    threshold,
  });
  const round = await insertRound(db, {
    size: ps.length,
    strategy: 'uncertainty',
    model_type: 'galactic',
    firstSeed: 1,
    pool_size: 9,
    model_id: model,
    opened_at: AT,
  });
  const candidates = await insertCandidates(
    db,
    round?.id ?? 0,
    ps.map((p, i) => ({
      candid: `${i + 1}`,
      objectId: `ZTF25obj${i + 1}`,
      drawn: 'uncertainty',
      p,
      q: null,
      poolSize: 9,
    })),
  );
  return candidates.map(({ id }) => id);
};

const answer = (candidate_id: number, given: 'galactic' | 'not_galactic', p_seen: number | null) =>
  insertAnswer(db, {
    candidate_id,
    user_id: 'U1',
    user_name: 'Vera',
    answer: given,
    decided: 1,
    at: AT,
    kind: 'vote',
    click: null,
    p_seen,
  });

test('the model is held right or wrong by the decision that it was trained with, not from one half on', async () => {
  const [a = 0, b = 0] = await roundOfRareClass([0.35, 0.1], 0.3);
  await answer(a, 'galactic', 0);
  await answer(b, 'not_galactic', 0);
  expect(await readPeopleStats(db, 'galactic')).toMatchObject([{ predicted: 2, asPredicted: 2 }]);
  // Of a model from before it was kept: one half.
  await db.updateTable('models').set({ threshold: null }).execute();
  expect(await readPeopleStats(db, 'galactic')).toMatchObject([{ predicted: 2, asPredicted: 1 }]);
});

test('answers of somebody who could see what the model thinks say nothing of it', async () => {
  const [a = 0, b = 0, c = 0] = await roundOfRareClass([0.9, 0.9, 0.9], null);
  await answer(a, 'galactic', 0);
  await answer(b, 'galactic', 1);
  await answer(c, 'galactic', null);
  expect(await readPeopleStats(db, 'galactic')).toMatchObject([
    { positive: 3, predicted: 1, asPredicted: 1 },
  ]);
});
