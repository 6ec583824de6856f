import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeKilledPulls, thisProcess } from '../../../src/loop/intake/killed-pulls.ts';
import {
  beginPull,
  finishPull,
  pullsSince,
  recordPullCounts,
  unendedPulls,
} from '../../../src/store/intake/pulls.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const BEGAN = '2026-05-02T12:00:00.000Z';
let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

const closed = (at = '2026-05-02T12:01:00Z'): Promise<number> => closeKilledPulls(db, () => new Date(at));
const puller = (over: object): string => JSON.stringify({ pid: 1, host: hostname(), since: 0, ...over });
/** Above the largest number that a process can have. */
const NOBODY = 4_194_305;

describe('a pull without an end', () => {
  test.each([
    ['of this process', () => thisProcess()],
    ['of another process that is there', () => puller({ pid: process.ppid })],
    ['of another machine that may be at it', () => puller({ host: 'elsewhere' })],
  ])('%s is under way', async (_, of) => {
    await beginPull(db, 'a topic', BEGAN, of());
    expect(await closed()).toBe(0);
    expect(await unendedPulls(db)).toHaveLength(1);
  });

  test.each([
    ['of a process that is gone', () => puller({ pid: NOBODY })],
    ['of an earlier process with the number of this one', () => puller({ pid: process.pid, since: 1 })],
    ['of a version that kept no process', () => null],
  ])('%s was ended by a stop', async (_, of) => {
    await beginPull(db, 'a topic', BEGAN, of());
    expect(await closed()).toBe(1);
    expect(await pullsSince(db, '2000')).toMatchObject([
      { finished_at: BEGAN, error: expect.stringContaining('ended by a stop') },
    ]);
    expect(await closed()).toBe(0);
  });

  test('of another machine is ended once it has been silent for ten minutes', async () => {
    await beginPull(db, 'a topic', BEGAN, puller({ host: 'elsewhere' }));
    expect(await closed('2026-05-02T12:09:00Z')).toBe(0);
    expect(await closed('2026-05-02T12:11:00Z')).toBe(1);
  });

  test('that goes on after it was taken for ended says so', async () => {
    const id = await beginPull(db, 'a topic', BEGAN, puller({ pid: NOBODY }));
    await closed();
    const counts = { read: 10, kept: 0, known: 0, quarantined: 0, filtered: {} };
    await recordPullCounts(db, id, counts);
    expect(await unendedPulls(db)).toMatchObject([{ id }]);
    await finishPull(db, id, '2026-05-02T12:20:00.000Z', null);
    expect(await pullsSince(db, '2000')).toMatchObject([{ read: 10, error: null }]);
  });
});
