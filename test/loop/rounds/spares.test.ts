import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordAnswer } from '../../../src/loop/answers/record-answer.ts';
import { nextCandidate } from '../../../src/loop/answers/replace-skipped.ts';
import type { LoopContext } from '../../../src/loop/context.ts';
import { drawCandidates } from '../../../src/loop/pool/draw-candidates.ts';
import { STRATEGY_NAMES } from '../../../src/pipeline/learning/strategies/run-strategy.ts';
import { insertLabel } from '../../../src/store/answers/labels.ts';
import { type Db, inTransaction } from '../../../src/store/open-store.ts';
import { candidatesOf, insertCandidates } from '../../../src/store/rounds/rounds.ts';
import { alertWith } from '../../helpers/alerts.ts';
import { loopContext, openedRound, storeAlerts } from '../../helpers/loop-parts.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const AT = '2026-05-02T12:00:00.000Z';
const clock = (): Date => new Date(AT);

let db: Db;
let context: LoopContext;
beforeEach(async () => {
  db = await openTestStore();
  context = loopContext(db, {
    clock,
    rounds: { firstSize: 2, size: 2, strategy: 'uncertainty', answersPerCandidate: 1, layout: 'channel' },
  });
});
afterEach(async () => {
  await context.learning.close();
  await db.destroy();
});

const fill = (objects: number): Promise<void> =>
  storeAlerts(
    db,
    Array.from({ length: objects }, (_, i) =>
      alertWith({ candid: String(1000 + i), objectId: `ZTF25obj${i}`, ra: i }),
    ),
    AT,
  );

const opened = async (): Promise<number> => {
  return (await openedRound(context)).id;
};

const spares = () => db.selectFrom('spares').selectAll().orderBy('place').execute();

let people = 0;
const skip = async (round: number): Promise<string | undefined> => {
  const open = (await candidatesOf(db, round)).find(({ state }) => state === 'open');
  people += 1;
  const userId = `U${people}`;
  await recordAnswer(db, { candidateId: open?.id ?? -1, userId, userName: userId, answer: 'skip' }, clock, 1);
  return (await candidatesOf(db, round)).at(-1)?.object_id;
};

test.each(STRATEGY_NAMES)('spares go on where the batch ends, each with its chance (%s)', (strategy) => {
  const pool = Array.from({ length: 40 }, (_, i) => ({
    candid: String(1000 + i),
    objectId: `O${i}`,
    p: i / 40,
  }));
  const { candidates, spares: rest } = drawCandidates(pool, { strategy, size: 5, seed: 7 });
  const more = drawCandidates(pool, { strategy, size: 20, seed: 7 }).candidates;
  expect(candidates).toHaveLength(5);
  if (strategy === 'audited-uncertainty') {
    expect(new Set(rest.map(({ drawn }) => drawn))).toEqual(new Set(candidates.map(({ drawn }) => drawn)));
    const taken = new Set(candidates.map(({ candid }) => candid));
    expect(rest.filter(({ candid }) => taken.has(candid))).toEqual([]);
  } else {
    expect([...candidates, ...rest].slice(0, 20)).toEqual(more);
    expect(rest.map(({ poolSize }) => poolSize)).toEqual(rest.map((_, i) => 35 - i));
  }
});

test('a skipped candidate is replaced by the spares, in their order', async () => {
  await fill(30);
  const round = await opened();
  const order = (await spares()).map(({ object_id }) => object_id);
  expect(order).toHaveLength(10);
  const replaced = [await skip(round), await skip(round), await skip(round)];
  expect(replaced).toEqual(order.slice(0, 3));
  const last = (await candidatesOf(db, round)).at(-1);
  expect(last).toMatchObject({ drawn: 'random', q: 1 / 26, pool_size: 26 });
});

test('a spare that has got a label, or is an object asked about already, is passed over', async () => {
  await fill(30);
  const round = await opened();
  const [first, second, third] = await spares();
  await inTransaction(db, (trx) =>
    insertLabel(trx, {
      object_id: first?.object_id ?? '',
      candid: first?.candid ?? '',
      answer: 'agn',
      candidate_id: null,
      user_id: 'import',
      user_name: 'imported',
      at: AT,
    }),
  );
  // The second one turns out to be at the place of a candidate.
  const asked = (await candidatesOf(db, round))[0]?.object_id ?? '';
  await db
    .updateTable('objects')
    .set({ same_as: asked })
    .where('object_id', '=', second?.object_id ?? '')
    .execute();
  expect(await skip(round)).toBe(third?.object_id);
});

/** The biggest number of rows that a statement of this thread gave. */
const watched = (store: Db): { readonly db: Db; most(): number } => {
  let most = 0;
  const db = store.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      most = Math.max(most, result.rows.length);
      return result;
    },
  });
  return { db, most: () => most };
};

test('after the last spare a skip draws uniformly from what is left, and does not read the pool', async () => {
  await fill(350);
  const round = await opened();
  await db.deleteFrom('spares').execute();
  const { db: seen, most } = watched(db);
  const open = (await candidatesOf(db, round)).find(({ state }) => state === 'open');
  const given = { candidateId: open?.id ?? -1, userId: 'U0', userName: 'Vera', answer: 'skip' as const };
  await recordAnswer(seen, given, clock, 1);
  expect(most()).toBeLessThan(20);
  const [last] = (await candidatesOf(db, round)).slice(-1);
  // Two of 350 were drawn: the skipped one has left the pool, the other waits for its answer.
  expect(last).toMatchObject({ drawn: 'random', q: 1 / 348, pool_size: 348 });
});

test('such a draw gives every object the same chance', async () => {
  await fill(12);
  const round = await db
    .insertInto('rounds')
    .values({
      number: 1,
      state: 'open',
      size: 2,
      strategy: 'uncertainty',
      model_type: 'galactic',
      seed: 0,
      pool_size: 12,
      opened_at: AT,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await insertCandidates(db, round.id, [
    { candid: '1003', objectId: 'ZTF25obj3', drawn: 'uncertainty', p: 0.5, q: null, poolSize: 12 },
  ]);
  const drawn = new Map<string, number>();
  const TIMES = 2200;
  for (let seed = 1; seed <= TIMES; seed += 1) {
    const next = await nextCandidate(db, { ...round, seed }, { drawn: 'uncertainty' });
    expect(next).toMatchObject({ q: 1 / 11, poolSize: 11, drawn: 'random' });
    drawn.set(next?.objectId ?? '', (drawn.get(next?.objectId ?? '') ?? 0) + 1);
  }
  expect(drawn.has('ZTF25obj3')).toBe(false);
  expect(drawn.size).toBe(11);
  // 200 each, with a standard deviation of 13.5.
  for (const times of drawn.values()) expect(Math.abs(times - TIMES / 11)).toBeLessThan(61);
});

test('where the spares are used up the pool goes on, and then the round ends', async () => {
  await fill(14);
  const round = await opened();
  await db.deleteFrom('spares').where('place', '>', 1).execute();
  for (let i = 0; i < 14; i += 1) await skip(round);
  const asked = (await candidatesOf(db, round)).map(({ object_id }) => object_id);
  expect(asked).toHaveLength(14);
  expect(new Set(asked).size).toBe(14);
});
