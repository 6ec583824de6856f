import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLoop } from '../../../src/loop/loop.ts';
import { runOnPool } from '../../../src/loop/pool/pool-client.ts';
import { trainRound } from '../../../src/loop/rounds/train-round.ts';
import { readPool } from '../../../src/store/intake/pool.ts';
import { type Db, openStore } from '../../../src/store/open-store.ts';
import { findModel, latestModel } from '../../../src/store/rounds/models.ts';
import { candidatesOf, findRound } from '../../../src/store/rounds/rounds.ts';
import { fillLargePool } from '../../helpers/large-pool.ts';
import { loopContext, openedRound } from '../../helpers/loop-parts.ts';
import { temporaryFolder } from '../../helpers/service.ts';

const OBJECTS = 20_000;

let folder: ReturnType<typeof temporaryFolder>;
let store: Db;
/** The same store, with an eye on what this thread reads of it. */
let db: Db;
let mostRows: number;

beforeEach(async () => {
  folder = temporaryFolder();
  const path = join(folder.path, 'finkvra.sqlite');
  await fillLargePool(path, OBJECTS);
  store = await openStore(path);
  mostRows = 0;
  db = store.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      mostRows = Math.max(mostRows, result.rows.length);
      return result;
    },
  });
});
afterEach(async () => {
  await store.destroy();
  folder.remove();
});

const scoredBy = async (model: number): Promise<number> => {
  const { n } = await store
    .selectFrom('scores')
    .where('model_id', '=', model)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
};

const firstRound = async () => {
  const round = await findRound(store, 1);
  if (round === undefined) throw new Error('the store has no round');
  return round;
};

test('the thread that answers never reads the pool: not to train, not to score, not to draw', async () => {
  const rounds = {
    firstSize: 30,
    size: 30,
    strategy: 'focused-uncertainty',
    answersPerCandidate: 1,
    layout: 'channel',
  } as const;
  const context = loopContext(db, { rounds });
  try {
    let closedWith = -1;
    const report = await trainRound(context, await firstRound(), () => {
      closedWith = mostRows;
    });
    expect(report?.honest?.objects).toBe(OBJECTS + 120);
    const model = (await latestModel(store, 'galactic', 'context'))?.id ?? -1;
    expect(model).toBeGreaterThan(1);
    expect(await scoredBy(model)).toBe(OBJECTS);
    const opened = await openedRound(context);
    expect(opened).toMatchObject({ model_id: model, pool_size: OBJECTS });
    // 120 labels and 180 drawn; the pool is 20,000.
    expect(closedWith).toBeLessThan(500);
    expect(mostRows).toBeLessThan(500);

    // The thread draws what is drawn here: the same seed, the same candidates with their chances.
    const candidates = await candidatesOf(store, opened.id);
    const saved = JSON.parse((await findModel(store, model))?.saved ?? '');
    const job = {
      kind: 'draw',
      ...{ strategy: rounds.strategy, size: 30, seed: opened.seed },
      model: { id: model, saved },
    } as const;
    const here = await runOnPool(store, job, { small: OBJECTS });
    expect(here.candidates.map(({ candid, q, p }) => ({ candid, q, p }))).toEqual(
      candidates.map(({ candid, q, p }) => ({ candid, q, p })),
    );
  } finally {
    await context.learning.close();
  }
});

test('what a kill left unscored is worked out by the next draw; stale scores too, and no others', async () => {
  const context = loopContext(store);
  try {
    await trainRound(context, await firstRound());
    const model = (await latestModel(store, 'galactic', 'context'))?.id ?? -1;
    const before = await readPool(store, model);
    // Killed when half of them were kept: the others have what the model before said.
    await store
      .updateTable('scores')
      .set({ model_id: 1, p: 0.25 })
      .where('candid', '>', before[OBJECTS / 2]?.candid ?? '')
      .execute();
    await store
      .updateTable('scores')
      .set({ stale: 2, p: 0.125 })
      .where('candid', '=', before[3]?.candid ?? '')
      .execute();
    const half = await readPool(store, model);
    expect(half.filter(({ p }) => p === null)).toHaveLength(OBJECTS / 2 - 1);
    await openedRound(context);
    expect(await readPool(store, model)).toEqual(before);
  } finally {
    await context.learning.close();
  }
});

test('features that change while the pool is scored leave the score stale', async () => {
  const [first] = await readPool(store, 1);
  const candids = new TextEncoder().encode(`${first?.candid}\n`);
  // It was read with the features of before; then Sherlock answered.
  const stale = Int32Array.of(first?.stale ?? -1);
  await store
    .updateTable('scores')
    .set({ stale: 1 })
    .where('candid', '=', first?.candid ?? '')
    .execute();
  const scores = { candids, p: Float64Array.of(0.75), stale };
  await runOnPool(store, { kind: 'keep', modelId: 1, scores });
  expect((await readPool(store, 1))[0]).toMatchObject({ p: 0.75, stale: 1 });
});

test('a service that stops does not wait for a draw, and opens no round', async () => {
  const context = loopContext(store);
  const loop = createLoop({ ...context, next: 'scheduled', onMessages: () => undefined });
  await store.updateTable('rounds').set({ state: 'closed' }).execute();
  const opening = loop.openRound();
  opening.catch(() => undefined);
  await loop.stop();
  await expect(opening).rejects.toThrow();
  expect(await store.selectFrom('rounds').select('id').execute()).toHaveLength(1);
});
