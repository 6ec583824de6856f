import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepValue, readValue } from '../../src/store/key-value.ts';
import { type Db, inTransaction, openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let opened: Db[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'finkvra.sqlite');
});
afterEach(async () => {
  for (const db of opened) await db.destroy();
  opened = [];
  folder.remove();
});

const open = async (options: Parameters<typeof openStore>[1] = {}): Promise<Db> => {
  const db = await openStore(path, options);
  opened.push(db);
  return db;
};

/** Another program's transaction; returns what ends it. */
const holdFile = (): (() => void) => {
  const database = new DatabaseSync(path);
  database.exec('begin immediate');
  return () => {
    database.exec('rollback');
    database.close();
  };
};

/** The longest time for which nothing else could happen on this thread while `work` was under way, ms. */
const longestBlock = async (work: () => Promise<unknown>): Promise<number> => {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return longest;
};

test('an answer waits for a program that holds the store, and nothing else does', async () => {
  const waits: boolean[] = [];
  const db = await open({ onWait: (since) => waits.push(since !== null) });
  const release = holdFile();
  let stored = false;
  const longest = await longestBlock(async () => {
    const answer = inTransaction(db, (trx) => keepValue(trx, 'answer', '1')).then(() => {
      stored = true;
    });
    const alone = keepValue(db, 'alone', '2');
    await sleep(1000);
    expect(stored).toBe(false);
    // Reading goes on meanwhile.
    expect(await readValue(db, 'answer')).toBeNull();
    release();
    await Promise.all([answer, alone]);
  });
  expect(await readValue(db, 'answer')).toBe('1');
  expect(await readValue(db, 'alone')).toBe('2');
  expect(waits).toEqual([true, false]);
  expect(longest).toBeLessThan(500);
});

test('who has waited long enough says who is in the way', async () => {
  const db = await open({ patienceMs: 50 });
  const release = holdFile();
  await expect(inTransaction(db, (trx) => keepValue(trx, 'answer', '1'))).rejects.toThrow(
    /^Another program holds the store .*finkvra\.sqlite: close what has it open/,
  );
  release();
  await inTransaction(db, (trx) => keepValue(trx, 'answer', '1'));
  expect(await readValue(db, 'answer')).toBe('1');
});

test('two that open a store of an earlier version at once both get it', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  await keepValue(one, 'who', '1');
  expect(await readValue(other, 'who')).toBe('1');
});

test('a reader is not held up by a transaction, and does not see what it has not committed', async () => {
  const db = await open();
  await inTransaction(db, async (trx) => {
    await keepValue(trx, 'answer', '1');
    expect(await readValue(trx, 'answer')).toBe('1');
    expect(await readValue(db, 'answer')).toBeNull();
  });
  expect(await readValue(db, 'answer')).toBe('1');
});

test('transactions asked for at once take turns, and one that fails leaves nothing', async () => {
  const db = await open();
  await keepValue(db, 'count', '0');
  const add = (fails: boolean) =>
    inTransaction(db, async (trx) => {
      const count = Number(await readValue(trx, 'count'));
      await sleep(1);
      await keepValue(trx, 'count', String(count + 1));
      if (fails) throw new Error('changed its mind');
    });
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => add(i % 4 === 0)));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  expect(await readValue(db, 'count')).toBe('15');
});
