import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordAnswer } from '../../../src/loop/answers/record-answer.ts';
import type { LoopContext } from '../../../src/loop/context.ts';
import { pullAlerts } from '../../../src/loop/intake/pull.ts';
import { importLabels } from '../../../src/loop/intake/reference-files.ts';
import { openRound } from '../../../src/loop/rounds/open-round.ts';
import {
  readStartingSet,
  SHIPPED_STARTING_SET,
  startingRows,
} from '../../../src/loop/rounds/starting-set.ts';
import { trainRound } from '../../../src/loop/rounds/train-round.ts';
import { classOfLabel } from '../../../src/pipeline/learning/label-maps.ts';
import { simulatedTruth } from '../../../src/simulation/simulated-night.ts';
import { readPool } from '../../../src/store/intake/pool.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { candidatesOf, findRound } from '../../../src/store/rounds/rounds.ts';
import { loopContext } from '../../helpers/loop-parts.ts';
import { NIGHT_SEED, nightSource } from '../../helpers/night.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const clock = (): Date => new Date();
let db: Db;
let context: LoopContext;

beforeEach(async () => {
  db = await openTestStore();
  context = loopContext(db, {
    clock,
    rounds: {
      firstSize: 30,
      size: 10,
      strategy: 'focused-uncertainty',
      answersPerCandidate: 1,
      layout: 'channel',
    },
  });
  const source = nightSource({ size: 120 });
  await pullAlerts({ db, source, name: 'simulated night', filter: true, clock });
});
afterEach(async () => {
  await context.learning.close();
  await db.destroy();
});

const isGalactic = (objectId: string): boolean => {
  const truth = simulatedTruth(objectId, NIGHT_SEED);
  return truth !== null && classOfLabel('galactic', truth.label) === 1;
};

/** Labels of so many objects of the pool, as the reference program's file would bring them in. */
const importSome = async (count: number): Promise<void> => {
  const rows = (await readPool(db, null)).slice(0, count).map(({ objectId, candid }, line) => ({
    line,
    values: {
      objectId,
      candid,
      label: isGalactic(objectId) ? 'gal' : 'extragal',
      timestamp: '2026-01-01T00:00:00',
    },
  }));
  await importLabels(db, rows, 'labeled.csv', clock);
};

const opened = async (changes: Partial<LoopContext> = {}) => {
  const round = await openRound({ ...context, ...changes });
  if (round.kind !== 'opened') throw new Error(round.kind);
  return round.round;
};

/** Answers all candidates of the open round by the truth and trains on them. */
const trained = async (roundId: number, changes: Partial<LoopContext> = {}) => {
  for (const { id, object_id } of await candidatesOf(db, roundId)) {
    const answer = isGalactic(object_id) ? 'galactic' : 'not_galactic';
    const given = { candidateId: id, userId: 'U1', userName: 'Vera', answer } as const;
    await recordAnswer(db, given, clock, 1);
  }
  const round = await findRound(db, roundId);
  if (round === undefined) throw new Error('no round');
  const report = await trainRound({ ...context, ...changes }, round);
  if (report === null) throw new Error('no report');
  return report;
};

describe('a store that holds labels before its first round', () => {
  test('begins with a model of them, not with thirty at random', async () => {
    await importSome(40);
    const round = await opened();
    expect(round).toMatchObject({ size: 10, strategy: 'focused-uncertainty' });
    expect(round.model_id).not.toBeNull();
    const report = await trained(round.id);
    expect(report).toMatchObject({ labels: 50, others: 0 });
    // Imported labels train; what is measured rests on the ten that were drawn.
    expect(report.honest).toMatchObject({ estimator: 'weighted', n: 10 });
  });

  test('begins at random all the same with START=reference, the published experiment', async () => {
    await importSome(40);
    expect(await opened({ start: 'reference' })).toMatchObject({
      size: 30,
      strategy: 'random',
      model_id: null,
    });
  });

  test('begins at random where its labels are of one class', async () => {
    await importSome(1);
    expect(await opened()).toMatchObject({ size: 30, strategy: 'random', model_id: null });
  });

  test('goes on with a model of its labels when the inputs are changed', async () => {
    const first = await opened();
    await trained(first.id);
    const second = await opened({ features: 'reference' });
    expect(second).toMatchObject({ size: 10, strategy: 'focused-uncertainty' });
    const same = await candidatesOf(db, second.id);
    for (const { p } of same) expect(p).not.toBeNull();
  });
});

describe('START=starter', () => {
  test('chooses the first ten by a model of others’ labels, and says how many it has seen', async () => {
    const others = startingRows(readStartingSet(SHIPPED_STARTING_SET), 'context');
    const starter = { start: 'starter', others } as const;
    const round = await opened(starter);
    expect(round).toMatchObject({ size: 10, strategy: 'focused-uncertainty' });
    const report = await trained(round.id, starter);
    expect(report).toMatchObject({ labels: 10, others: 148 });
    expect(report.honest?.n).toBe(10);
  });
});
