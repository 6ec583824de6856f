import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  isPromotedAlone,
  promoteIfSound,
  promoteRound,
  rollBack,
} from '../../../src/loop/rounds/champion.ts';
import type { RoundReport } from '../../../src/loop/rounds/round-report.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { championModel, insertModel } from '../../../src/store/rounds/models.ts';
import { insertRound } from '../../../src/store/rounds/rounds.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const AT = '2026-05-02T12:00:00.000Z';

const reportWith = (accuracy: number | null): RoundReport => ({
  labels: 40,
  positive: 20,
  negative: 20,
  skipped: 0,
  untrained: null,
  engine: 'extra-trees',
  seconds: 0.1,
  honest:
    accuracy === null
      ? null
      : {
          accuracy,
          low: accuracy - 0.1,
          high: accuracy + 0.1,
          estimator: 'weighted',
          n: 40,
          nEff: 30,
          majorityRate: 0.5,
          balancedAccuracy: accuracy,
          precision: accuracy,
          recall: accuracy,
          f1: accuracy,
          rocAuc: accuracy,
          brier: 0.2,
        },
  trainingAccuracy: 1,
  before: null,
  previousAccuracy: null,
});

let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

/** A closed round with a model of this accuracy, promoted if that needs nobody's word. */
const roundWith = async (accuracy: number): Promise<boolean> => {
  const round = await insertRound(db, {
    size: 10,
    strategy: 'random',
    model_type: 'galactic',
    firstSeed: 1,
    pool_size: 100,
    model_id: null,
    opened_at: AT,
  });
  if (round === null) throw new Error('another round is under way');
  const report = reportWith(accuracy);
  await db
    .updateTable('rounds')
    .set({ state: 'closed', closed_at: AT, report: JSON.stringify(report) })
    .where('id', '=', round.id)
    .execute();
  const id = await insertModel(db, {
    round_id: round.id,
    model_type: 'galactic',
    engine: 'extra-trees',
    seed: 1,
    labels: 40,
    saved: '{}',
    trained_at: AT,
    promoted_at: null,
    calibration: null,
  });
  return promoteIfSound(
    db,
    { id, type: 'galactic', round: round.number, report },
    null,
    new Date(Date.parse(AT) + id).toISOString(),
  );
};

test('a model as good as noise allows becomes the champion by itself', async () => {
  expect(await roundWith(0.8)).toBe(true);
  expect(await roundWith(0.72)).toBe(true);
  expect((await championModel(db, 'galactic'))?.round).toBe(2);
});

test('one that did worse than noise explains waits for a word, and is then measured against the champion', async () => {
  await roundWith(0.8);
  expect(await roundWith(0.6)).toBe(false);
  expect((await championModel(db, 'galactic'))?.round).toBe(1);
  expect(await roundWith(0.75)).toBe(true);
  expect((await championModel(db, 'galactic'))?.round).toBe(3);
});

test('people may promote any model, and give the title back', async () => {
  await roundWith(0.8);
  await roundWith(0.6);
  expect((await promoteRound(db, 2, null, '2026-05-03T00:00:00.000Z')).round).toBe(2);
  expect((await rollBack(db, 'galactic', null, AT)).round).toBe(1);
  await expect(rollBack(db, 'galactic', null, AT)).rejects.toThrow('there was no other champion');
  expect((await championModel(db, 'galactic'))?.round).toBe(1);
  await expect(promoteRound(db, 7, null, AT)).rejects.toThrow(
    'Round 7 has no model; there are models of rounds 1, 2',
  );
});

test('without a figure on either side there is nothing to hold against a model', () => {
  expect(isPromotedAlone(reportWith(null), reportWith(0.9))).toBe(true);
  expect(isPromotedAlone(reportWith(0.1), null)).toBe(true);
});
