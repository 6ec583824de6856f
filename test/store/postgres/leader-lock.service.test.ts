import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepValue, readValue } from '../../../src/store/key-value.ts';
import { type Db, inTransaction, openStore } from '../../../src/store/open-store.ts';
import {
  type Lead,
  LeadLostError,
  leadPeers,
  recordLeader,
  takeLead,
  tryLead,
} from '../../../src/store/postgres/leader-lock.ts';
import { type PostgresPlace, postgresPlace } from '../../../src/store/postgres/postgres-place.ts';
import { eventually } from '../../helpers/service.ts';
import { createTestDatabase, endLeadSessions, type TestDatabase } from '../../helpers/test-store.ts';

const TIMES = { beatMs: 100, leaseMs: 500, silenceMs: 1000 };

let database: TestDatabase;
let place: PostgresPlace;
let db: Db;
let leads: Lead[];
const stopping = new AbortController();
beforeEach(async () => {
  database = await createTestDatabase();
  place = postgresPlace(database.url);
  db = await openStore(database.url);
  leads = [];
});
afterEach(async () => {
  for (const lead of leads) await lead.release();
  await db.destroy();
  await database.drop();
});

const take = async (onWait: (leader: string) => void = () => undefined): Promise<Lead> => {
  const lead = await takeLead(place, { onWait, signal: stopping.signal, times: TIMES });
  leads.push(lead);
  return lead;
};

test('one leads; who waits follows at once where it ended in order', async () => {
  const first = await take();
  await (await recordLeader(db, () => new Date()))();
  const words: string[] = [];
  const second = take((leader) => words.push(leader));
  await eventually('a wait', () => words.length > 0);
  expect((await leadPeers(db)).map((peer) => peer.leads)).toEqual([true, false]);
  expect(await tryLead(place, TIMES)).toBe('of another process');
  const released = performance.now();
  await first.release();
  await (await second).confirm();
  expect(performance.now() - released).toBeLessThan(3000);
  await expect(first.confirm()).rejects.toThrow(LeadLostError);
});

test('a session that the server ends is lost at once, and who follows waits until nobody can act on it', async () => {
  const first = await take();
  await recordLeader(db, () => new Date());
  await endLeadSessions(database.url);
  expect(await first.lost).toBeInstanceOf(LeadLostError);
  await expect(first.confirm()).rejects.toThrow('does not lead any more');
  const words: string[] = [];
  const began = performance.now();
  await take((leader) => words.push(leader));
  expect(performance.now() - began).toBeGreaterThan(TIMES.leaseMs);
  expect(words.join()).toContain('did not end in order');
});

test('a process that hung asks before it acts: it still leads, or it does not', async () => {
  const lead = await take();
  const hang = (ms: number): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  };
  hang(TIMES.leaseMs + 100);
  await lead.confirm();
  // The server ends the session meanwhile.
  hang(TIMES.silenceMs + 500);
  await expect(lead.confirm()).rejects.toThrow(LeadLostError);
});

test('without the lead nothing is stored, not even what had begun', async () => {
  let leading = true;
  const guard = async (): Promise<void> => {
    if (!leading) throw new LeadLostError('this service does not lead any more');
  };
  const guarded = await openStore(database.url, { guard });
  try {
    await keepValue(guarded, 'before', '1');
    const begun = inTransaction(guarded, async (trx) => {
      await keepValue(trx, 'within', '1');
      leading = false;
    });
    await expect(begun).rejects.toThrow(LeadLostError);
    await expect(keepValue(guarded, 'after', '1')).rejects.toThrow(LeadLostError);
    expect(await Promise.all(['before', 'within', 'after'].map((name) => readValue(db, name)))).toEqual([
      '1',
      null,
      null,
    ]);
  } finally {
    await guarded.destroy();
  }
});
