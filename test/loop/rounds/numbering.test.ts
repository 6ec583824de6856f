import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordAnswer } from '../../../src/loop/answers/record-answer.ts';
import type { LoopContext } from '../../../src/loop/context.ts';
import { pullAlerts } from '../../../src/loop/intake/pull.ts';
import { importTraining } from '../../../src/loop/intake/reference-files.ts';
import { firstNumbering, numberingWords, readNumbering } from '../../../src/loop/rounds/numbering.ts';
import { createMlflowClient } from '../../../src/mlflow/client/mlflow-client.ts';
import { lastRound } from '../../../src/mlflow/last-round.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { trainingForReference } from '../../../src/store/rounds/exports.ts';
import { candidatesOf } from '../../../src/store/rounds/rounds.ts';
import { loopContext, openedRound } from '../../helpers/loop-parts.ts';
import { nightSource } from '../../helpers/night.ts';
import { openTestStore } from '../../helpers/test-store.ts';
import { type MlflowStandIn, startMlflowStandIn } from '../../mlflow/stand-in.ts';

const EXPERIMENT = 'finkvra';
const clock = (): Date => new Date();
let db: Db;
let standIn: MlflowStandIn;
let context: LoopContext;

beforeEach(async () => {
  db = await openTestStore();
  standIn = await startMlflowStandIn();
  const client = createMlflowClient({ url: standIn.url, auth: null });
  context = loopContext(db, {
    tracking: { experiment: EXPERIMENT, registeredModel: null, storeId: 'this-store' },
    lastLoggedRound: (signal) => lastRound(client, EXPERIMENT, signal),
  });
  const source = nightSource({ size: 60 });
  await pullAlerts({ db, source, name: 'simulated night', filter: true, clock });
});
afterEach(async () => {
  await standIn.stop();
  await context.learning.close();
  await db.destroy();
});

/** Runs of rounds that another store has logged. */
const logged = async (...rounds: number[]): Promise<void> => {
  const client = createMlflowClient({ url: standIn.url, auth: null });
  const experimentId = await client.getOrCreateExperiment(EXPERIMENT);
  for (const round of rounds) {
    const startTime = Date.UTC(2026, 2, round);
    const run = await client.createRun({ experimentId, runName: `round_${round}_random`, startTime });
    await client.finishRun(run.runId, { status: 'FINISHED', endTime: startTime + 1 });
  }
};

const imported = (...rounds: number[]) =>
  importTraining(
    db,
    rounds.map((round, i) => ({ line: i + 2, values: { candid: String(i + 1), round: String(round) } })),
    'uncertainty_gal_training_ids.csv',
    clock,
  );

const opened = (given: LoopContext = context) => openedRound(given);

/** Answers a round and closes it. */
const close = async (roundId: number): Promise<void> => {
  for (const [i, { id }] of (await candidatesOf(db, roundId)).entries()) {
    const answer = i % 2 === 0 ? 'galactic' : 'not_galactic';
    await recordAnswer(db, { candidateId: id, userId: 'U1', userName: 'Vera', answer }, clock, 1);
  }
  await db.updateTable('rounds').set({ state: 'closed' }).where('id', '=', roundId).execute();
};

describe('the rounds of a new store', () => {
  test('go on after the last finished run of the experiment, and are not asked about again', async () => {
    await logged(1, 2);
    const round = await opened();
    expect(round).toMatchObject({ number: 3, seed: 4, size: 6, strategy: 'random' });
    expect(await readNumbering(db)).toMatchObject({ after: 2, source: 'mlflow', run: 'round_2_random' });
    await close(round.id);
    await logged(9);
    const requests = standIn.requests.length;
    expect(await opened()).toMatchObject({ number: 4 });
    expect(standIn.requests).toHaveLength(requests);
  });

  test('begin at 1 where there is no server, no experiment, or no round in it', async () => {
    const untracked = { ...context, tracking: null };
    expect(await firstNumbering(untracked)).toMatchObject({ after: 0, source: 'none', experiment: null });
    expect(await firstNumbering(context)).toMatchObject({ after: 0, source: 'none', unanswered: null });
    const numbering = await firstNumbering(context);
    expect(numbering === null ? '' : numberingWords(numbering)).toBeNull();
    expect(await opened()).toMatchObject({ number: 1, seed: 2 });
  });

  test('go on after imported training ids, or after MLflow’s last round where that is later', async () => {
    await imported(0, 0, 1, 6);
    expect(await firstNumbering(context)).toMatchObject({ after: 6, source: 'imported' });
    await logged(4);
    expect(await firstNumbering(context)).toMatchObject({ after: 6, source: 'imported' });
    await logged(8);
    expect(await firstNumbering(context)).toMatchObject({ after: 8, source: 'mlflow' });
    expect(await opened()).toMatchObject({ number: 9 });
  });

  test('begin without MLflow when it is down or hangs, and say why', async () => {
    standIn.fail(/./, { kind: 'silent' });
    const started = performance.now();
    const late = await firstNumbering(context, 200);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(late).toMatchObject({ after: 0, source: 'none', unanswered: 'no answer within 0.2 s' });
    await standIn.stop();
    expect(await opened()).toMatchObject({ number: 1 });
    const down = await readNumbering(db);
    expect(down?.unanswered).toMatch(/^Cannot reach MLflow at 127\.0\.0\.1/);
    expect(down === null ? '' : numberingWords(down)).toContain('so rounds are counted from 1; a run whose');
    standIn = await startMlflowStandIn();
  });
});

describe('training ids for the reference', () => {
  const exported = async () => {
    const rows = await trainingForReference(db, null, 'galactic');
    return [...new Set(rows.map(({ round }) => round))];
  };

  test('count our rounds from 0, as it does', async () => {
    await close((await opened()).id);
    await close((await opened({ ...context, tracking: null })).id);
    expect(await exported()).toEqual([0, 1]);
  });

  test('never give a number that came in, whether it came before our rounds or after', async () => {
    await imported(0, 1, 2);
    await close((await opened()).id);
    expect(await exported()).toEqual([0, 1, 2, 3]);
    await imported(0, 1, 2, 7);
    expect(await exported()).toEqual([0, 1, 2, 7, 8]);
  });
});
