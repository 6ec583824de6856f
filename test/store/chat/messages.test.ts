import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastPostedTs, postedThreadOf, wantMessage } from '../../../src/store/chat/messages.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { openTestStore } from '../../helpers/test-store.ts';

let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

const posted = async (key: string, channel: string, ts: string): Promise<void> => {
  await wantMessage(db, { key, kind: 'header', at: '2026-05-02T12:00:00.000Z' });
  await db.updateTable('messages').set({ channel, ts, state: 'posted' }).where('key', '=', key).execute();
};

test('the youngest message is told where ids are larger than numbers are exact, and where they get longer', async () => {
  // As floats the first two are one number.
  await posted('a', '1', '1189342345657384962');
  await posted('b', '1', '1189342345657384961');
  expect(await lastPostedTs(db, '1')).toBe('1189342345657384962');
  await posted('c', '2', '999999999999999999');
  await posted('d', '2', '1000000000000000000');
  expect(await lastPostedTs(db, '2')).toBe('1000000000000000000');
  await posted('e', 'C0FINKVRA', '1746187201.000200');
  await posted('f', 'C0FINKVRA', '1746187201.000100');
  expect(await lastPostedTs(db, 'C0FINKVRA')).toBe('1746187201.000200');
  expect(await lastPostedTs(db, 'nowhere')).toBeNull();
});

test('a message knows the one in whose thread it stands', async () => {
  await posted('header:1', '1', '17');
  expect(await postedThreadOf(db, { thread_key: 'header:1', sent_thread: null })).toBe('17');
  expect(await postedThreadOf(db, { thread_key: null, sent_thread: null })).toBeNull();
});
