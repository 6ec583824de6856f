import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAnswers } from '../../../src/loop/answers/read-answers.ts';
import { type Answer, recordAnswer } from '../../../src/loop/answers/record-answer.ts';
import { undoAnswer } from '../../../src/loop/answers/undo-answer.ts';
import type { LoopContext } from '../../../src/loop/context.ts';
import { createLoop, type Loop } from '../../../src/loop/loop.ts';
import { openRound } from '../../../src/loop/rounds/open-round.ts';
import { answersTo } from '../../../src/store/answers/answers.ts';
import { countLabels } from '../../../src/store/answers/labels.ts';
import { messagesToRedraw } from '../../../src/store/chat/messages.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { exportAnswers } from '../../../src/store/rounds/exports.ts';
import { candidatesOf, closedRounds, findRound, roundUnderWay } from '../../../src/store/rounds/rounds.ts';
import type { AnswerValue } from '../../../src/store/schema.ts';
import { alertWith, detection } from '../../helpers/alerts.ts';
import { loopContext, openedRound, storeAlerts } from '../../helpers/loop-parts.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const clock = (): Date => new Date();
let db: Db;
let context: LoopContext;
let loop: Loop | null;

const fill = async (objects: number): Promise<void> => {
  const alerts = Array.from({ length: objects }, (_, i) => {
    const bright = i % 2 === 0;
    return alertWith({
      candid: String(3_000_000_000_000_000_000n + BigInt(i)),
      objectId: `ZTF25obj${i}`,
      ra: 10 + i / 10,
      dec: bright ? 5 : 60,
      epochs: [detection({ magpsf: bright ? 19.6 : 20.6 }), detection({ jd: 2_460_799.5 + i / 100 })],
    });
  });
  await storeAlerts(db, alerts, clock().toISOString());
};

beforeEach(async () => {
  db = await openTestStore();
  loop = null;
  context = loopContext(db, { engine: 'ml-random-forest' });
});
afterEach(async () => {
  await loop?.stop();
  await context.learning.close();
  await db.destroy();
});

const opened = async () => {
  const round = await openedRound(context);
  return { round, candidates: await candidatesOf(db, round.id) };
};

const give = (candidateId: number, answer: AnswerValue, userId = 'U1') =>
  recordAnswer(db, { candidateId, userId, userName: userId, answer }, clock, 1);

describe('a round', () => {
  test('is opened once, however many ask at the same moment', async () => {
    await fill(20);
    const results = await Promise.all(Array.from({ length: 5 }, () => openRound(context)));
    expect(results.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'under-way')).toHaveLength(4);
  });

  test('is claimed for training by one of those who answer last at the same moment', async () => {
    await fill(20);
    const { round, candidates } = await opened();
    const outcomes = await Promise.all(
      candidates.flatMap(({ id }) => [give(id, 'galactic', 'U1'), give(id, 'not_galactic', 'U2')]),
    );
    const finished = outcomes.filter(
      (outcome) => outcome.kind === 'decided' && outcome.finishedRound === round.id,
    );
    expect(finished).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'late')).toHaveLength(6);
    expect((await findRound(db, round.id))?.state).toBe('training');
  });

  test('asks about an object once, and never about one that has a label', async () => {
    await fill(20);
    const { candidates } = await opened();
    for (const { id } of candidates) await give(id, 'galactic');
    expect(new Set(candidates.map(({ object_id }) => object_id)).size).toBe(6);
    expect(await countLabels(db, 'galactic')).toEqual({ positive: 6, negative: 0, withoutClass: 0 });
  });

  test('gives a skipped candidate a successor until the pool is used up, then ends all the same', async () => {
    await fill(8);
    const { round, candidates } = await opened();
    for (const { id } of candidates) await give(id, 'skip');
    const all = await candidatesOf(db, round.id);
    expect(all).toHaveLength(8);
    const open = all.filter(({ state }) => state === 'open');
    expect(open).toHaveLength(2);
    const last = await Promise.all(open.map(({ id }) => give(id, 'skip')));
    expect(last.at(-1)).toMatchObject({ kind: 'decided', finishedRound: round.id });
    expect(await countLabels(db, 'galactic')).toEqual({ positive: 0, negative: 0, withoutClass: 8 });
  });

  test('closes with its report, and the next one follows by uncertainty', async () => {
    await fill(20);
    loop = createLoop({ ...context, next: 'at-once', onMessages: () => undefined });
    const { candidates } = await opened();
    for (const candidate of candidates) {
      const bright = Number(candidate.candid.slice(-2)) % 2 === 0;
      const answer = bright ? 'galactic' : 'not_galactic';
      await loop.answer({ candidateId: candidate.id, userId: 'U1', userName: 'Vera', answer });
    }
    await loop.idle();
    const [closed] = await closedRounds(db);
    expect(closed?.report).toContain('"labels":6');
    const next = await roundUnderWay(db);
    expect(next).toMatchObject({ number: 2, strategy: 'uncertainty', size: 3 });
    const chosen = await candidatesOf(db, next?.id ?? 0);
    for (const { p } of chosen) expect(p).toBeGreaterThanOrEqual(0);
  });

  test('of one class only trains nothing, says so, and the next one is drawn at random again', async () => {
    await fill(20);
    loop = createLoop({ ...context, next: 'at-once', onMessages: () => undefined });
    const { candidates } = await opened();
    for (const { id } of candidates) {
      await loop.answer({ candidateId: id, userId: 'U1', userName: 'Vera', answer: 'galactic' });
    }
    await loop.idle();
    const [closed] = await closedRounds(db);
    expect(closed?.report).toContain('a model needs both classes');
    expect((await roundUnderWay(db))?.strategy).toBe('random');
  });

  test('is not opened while there is nothing to ask about', async () => {
    expect(await openRound(context)).toEqual({ kind: 'empty-pool' });
  });
});

describe('an answer', () => {
  test('given again by the same person changes nothing; another person is told who was first', async () => {
    await fill(8);
    const { candidates } = await opened();
    const id = candidates[0]?.id ?? 0;
    expect(await give(id, 'galactic', 'Vera')).toMatchObject({ kind: 'decided', finishedRound: null });
    expect(await give(id, 'galactic', 'Vera')).toMatchObject({ kind: 'repeated' });
    expect(await give(id, 'not_galactic', 'Chandra')).toMatchObject({
      kind: 'late',
      by: { userId: 'Vera', answer: 'galactic' },
    });
  });

  test('to a candidate that is not there is no error', async () => {
    expect(await give(99, 'galactic')).toEqual({ kind: 'unknown' });
  });

  test('can be neither changed nor taken away in the store', async () => {
    await fill(8);
    const { candidates } = await opened();
    await give(candidates[0]?.id ?? 0, 'galactic');
    await expect(db.deleteFrom('answers').execute()).rejects.toThrow('append-only');
    await expect(db.updateTable('answers').set({ answer: 'skip' }).execute()).rejects.toThrow('append-only');
  });
});

describe('an answer keeps whether its giver could have seen what the model thinks', () => {
  const askedWith = async (p: number | null): Promise<number> => {
    await fill(20);
    const [first] = (await opened()).candidates;
    if (first === undefined) throw new Error('no candidate');
    await db.updateTable('candidates').set({ p }).where('id', '=', first.id).execute();
    return first.id;
  };
  const seen = async (): Promise<(number | null)[]> =>
    (await db.selectFrom('answers').select('p_seen').orderBy('id').execute()).map(({ p_seen }) => p_seen);
  const undo = (candidateId: number, userId: string) =>
    undoAnswer(db, { candidateId, userId, userName: userId }, clock);

  test('not at first; after a decision everybody could, also once it was undone', async () => {
    const id = await askedWith(0.4);
    await give(id, 'galactic', 'U1');
    await give(id, 'not_galactic', 'U2');
    await undo(id, 'U1');
    await give(id, 'not_galactic', 'U3');
    expect(await seen()).toEqual([0, 1, null, 1]);
  });

  test('with several people asked, only who answered before', async () => {
    const id = await askedWith(0.4);
    const give3 = (userId: string, answer: AnswerValue) =>
      recordAnswer(db, { candidateId: id, userId, userName: userId, answer }, clock, 3, 'after');
    await give3('U1', 'galactic');
    await give3('U2', 'galactic');
    await give3('U1', 'not_galactic');
    expect(await seen()).toEqual([0, 0, 1]);
    const columns = [];
    for await (const row of exportAnswers(db)) columns.push(row.p_seen);
    expect(columns).toEqual([0, 0, 1]);
  });

  test('always where it is shown before, never where there is no model', async () => {
    const id = await askedWith(0.4);
    const before = { candidateId: id, userId: 'U1', userName: 'U1', answer: 'galactic' as const };
    await recordAnswer(db, before, clock, 3, 'before');
    await db.updateTable('candidates').set({ p: null }).where('id', '=', id).execute();
    await recordAnswer(db, { ...before, userId: 'U2' }, clock, 3, 'before');
    expect(await seen()).toEqual([1, 0]);
  });
});

describe('what somebody says with an answer', () => {
  const remark = { note: 'a host north of it', unsure: true };
  const say = (candidateId: number, over: Partial<Answer> = {}) =>
    recordAnswer(db, { candidateId, userId: 'U1', userName: 'U1', answer: 'agn', remark, ...over }, clock, 2);
  const first = async (): Promise<number> => {
    await fill(8);
    return (await opened()).candidates[0]?.id ?? 0;
  };
  const votes = async (id: number) =>
    readAnswers(await answersTo(db, id)).votes.map(({ answer, note, unsure }) => ({ answer, note, unsure }));
  const kept = { answer: 'agn', note: 'a host north of it', unsure: 1 };

  test('is kept with it, counts for nothing, and goes with an undo', async () => {
    const id = await first();
    expect(await say(id)).toMatchObject({ kind: 'counted', votes: 1 });
    expect(await votes(id)).toEqual([kept]);
    await undoAnswer(db, { candidateId: id, userId: 'U1', userName: 'U1' }, clock);
    await say(id, { remark: null });
    expect(await votes(id)).toEqual([{ answer: 'agn', note: null, unsure: 0 }]);
  });

  test('can follow the answer, also once that has decided; a button pressed again leaves it', async () => {
    const id = await first();
    await say(id, { remark: null });
    await say(id, { userId: 'U2' });
    expect(await say(id)).toEqual({ kind: 'remarked', objectId: expect.any(String), remark });
    expect(await say(id, { remark: null })).toMatchObject({ kind: 'repeated' });
    expect(await votes(id)).toEqual([kept, kept]);
    const said = [];
    for await (const { kind, note, unsure } of exportAnswers(db)) said.push([kind, note, unsure]);
    expect(said).toEqual([
      ['vote', null, 0],
      ['vote', remark.note, 1],
      ['remark', remark.note, 1],
    ]);
  });

  test('delivered twice is kept once, and somebody else’s late answer has its own', async () => {
    const id = await first();
    for (const userId of ['U1', 'U2']) await say(id, { userId, remark: null, click: 'a' });
    expect(await say(id, { click: 'form' })).toMatchObject({ kind: 'remarked' });
    expect(await say(id, { click: 'form' })).toMatchObject({ kind: 'repeated' });
    await say(id, { userId: 'U3', answer: 'bogus' });
    const { late } = readAnswers(await answersTo(db, id));
    expect(late).toMatchObject([{ user_id: 'U3', answer: 'bogus', note: remark.note, unsure: 1 }]);
  });
});

test('the card whose answer ends the round shows it before the others are tidied up', async () => {
  await fill(12);
  const { candidates } = await opened();
  const cards = db.updateTable('messages').where('kind', '=', 'card');
  await cards.set({ state: 'posted', channel: 'C0', ts: '1.0' }).execute();
  for (const { id } of candidates) {
    // The chat shows each verdict before the next answer comes.
    await cards.set((eb) => ({ drawn: eb.ref('wanted') })).execute();
    await give(id, 'galactic');
  }
  const [first, ...others] = (await messagesToRedraw(db)).filter(({ kind }) => kind === 'card');
  expect(first).toMatchObject({ candidate_id: candidates.at(-1)?.id, tidying: 0 });
  expect(others.map(({ tidying }) => tidying)).toEqual([1, 1, 1, 1, 1]);
});
