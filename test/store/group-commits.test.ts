import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGroupCommits, type GroupCommits } from '../../src/store/group-commits.ts';
import { keepValue, readValue } from '../../src/store/key-value.ts';
import type { Db } from '../../src/store/open-store.ts';
import { openTestStore } from '../helpers/test-store.ts';

let db: Db;
let commits: GroupCommits;
beforeEach(async () => {
  db = await openTestStore();
  commits = createGroupCommits(db);
});
afterEach(() => db.destroy());

test('changes that come together are all kept, each with its own outcome', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      commits.run(async (trx) => {
        await keepValue(trx, `fact ${index}`, String(index));
        return index;
      }),
    ),
  );
  expect(outcomes).toEqual(Array.from({ length: 200 }, (_, index) => index));
  expect(await readValue(db, 'fact 199')).toBe('199');
});

test('one that fails undoes its own changes alone', async () => {
  const change = (name: string, fails: boolean) =>
    commits.run(async (trx) => {
      await keepValue(trx, name, 'kept');
      if (fails) throw new Error(`${name} fails`);
      return name;
    });
  const outcomes = await Promise.allSettled([
    change('one', false),
    change('two', true),
    change('three', false),
  ]);
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 'one' },
    { status: 'rejected', reason: new Error('two fails') },
    { status: 'fulfilled', value: 'three' },
  ]);
  expect(await readValue(db, 'one')).toBe('kept');
  expect(await readValue(db, 'two')).toBeNull();
  expect(await readValue(db, 'three')).toBe('kept');
});

test('what sees the one before it decides by it: nothing runs at the same time', async () => {
  const count = (): Promise<number> =>
    commits.run(async (trx) => {
      const next = Number((await readValue(trx, 'count')) ?? 0) + 1;
      await keepValue(trx, 'count', String(next));
      return next;
    });
  expect(await Promise.all([count(), count(), count()])).toEqual([1, 2, 3]);
});

test('a transaction that is not kept fails all that joined it, and the next ones go on', async () => {
  const [first, second] = await Promise.allSettled([
    commits.run((trx) => keepValue(trx, 'lost', 'x')),
    // As a full disk does: SQLite takes the whole transaction back by itself.
    commits.run((trx) => sql`rollback`.execute(trx)),
  ]);
  expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
  await commits.run((trx) => keepValue(trx, 'next', 'kept'));
  expect(await readValue(db, 'next')).toBe('kept');
  expect(await readValue(db, 'lost')).toBeNull();
});
