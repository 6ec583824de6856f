import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PullSummary } from '../../../src/loop/intake/pull.ts';
import { createAlertsFrom } from '../../../src/service/roles/alerts-from.ts';
import { type IngestMember, joinIngest } from '../../../src/service/roles/ingest-process.ts';
import { ingestProcesses } from '../../../src/store/intake/ingest-processes.ts';
import { beginPull, finishPull, recordPullCounts } from '../../../src/store/intake/pulls.ts';
import { type Db, openStore } from '../../../src/store/open-store.ts';
import { eventually } from '../../helpers/service.ts';

const log = pino({ level: 'silent' });
const DUE = new Date('2026-05-02T14:00:20Z');

let db: Db;
let now: Date;
let stopping: AbortController;
let members: IngestMember[];
beforeEach(async () => {
  db = await openStore(':memory:');
  now = DUE;
  stopping = new AbortController();
  members = [];
});
afterEach(async () => {
  stopping.abort();
  for (const member of members) await member.leave();
  await db.destroy();
});

const clock = (): Date => now;
const alertsFrom = (canAsk = true) =>
  createAlertsFrom({
    config: { pull: { schedule: '0 14 * * *', limit: 1000 }, timeZone: 'UTC' },
    db,
    canAsk,
    clock,
    log,
    signal: stopping.signal,
    everyMs: 5,
  });

const counts = (kept: number) => ({ read: kept + 1, kept, known: 0, quarantined: 0, filtered: { drb: 1 } });

/** A pull that is in the store as a process leaves it. */
const pulled = async (kept: number): Promise<PullSummary> => {
  const pullId = await beginPull(db, 'topic t', now.toISOString());
  await recordPullCounts(db, pullId, counts(kept));
  await finishPull(db, pullId, now.toISOString(), null);
  return {
    ...counts(kept),
    pullId,
    source: 'topic t',
    seconds: 1,
    stopped: false,
    leftAlone: [],
    completed: 0,
    light: 0,
  };
};

const member = async (pull: () => Promise<PullSummary>): Promise<IngestMember> => {
  const joined = await joinIngest({ db, puller: { pull }, clock, log, everyMs: 5 });
  members.push(joined);
  return joined;
};

describe('a pull that somebody in the chat asks for', () => {
  test('is done by every ingest process, and they are told what all took in together', async () => {
    await member(() => pulled(3));
    await member(() => pulled(4));
    expect(await alertsFrom().ask?.()).toBe('9 read, 7 kept, 2 filtered out (drb 2)');
    expect(await alertsFrom().ask?.()).toBe('9 read, 7 kept, 2 filtered out (drb 2)');
  });

  test('that one process cannot do is told with what the others kept, and why', async () => {
    await member(() => pulled(3));
    await member(() => Promise.reject(new Error('no Kafka broker answered')));
    await expect(alertsFrom().ask?.()).rejects.toThrow(
      '1 of 2 ingest processes failed (no Kafka broker answered). 3 alerts were kept; what is left is read by the next pull.',
    );
  });

  test('of which a process ends before it has answered is told so', async () => {
    const gate = Promise.withResolvers<PullSummary>();
    const leaving = await member(() => gate.promise);
    await member(() => pulled(3));
    const asked = alertsFrom().ask?.();
    asked?.catch(() => undefined);
    await eventually('a pull under way', async () =>
      (await ingestProcesses(db)).some(({ doing }) => doing === 'pulls'),
    );
    // Killed: its row is silent from now on, as if so long ago.
    const left = leaving.leave();
    gate.reject(new Error('killed'));
    await left;
    await expect(asked).rejects.toThrow(/1 of 2 ingest processes (failed|ended meanwhile)/);
  });

  test('without any process says which to start', async () => {
    await expect(alertsFrom().ask?.()).rejects.toThrow('start one (finkvra ingest) with the same STORE_URL');
    expect(alertsFrom(false).ask).toBeNull();
  });
});

test('the service hears of alerts that others took in once none of them pulls any more', async () => {
  const heard: number[] = [];
  const gate = Promise.withResolvers<void>();
  const slow = await member(async () => {
    await gate.promise;
    return pulled(5);
  });
  const stop = alertsFrom().watch(async () => {
    heard.push((await ingestProcesses(db)).filter(({ doing }) => doing === 'pulls').length);
  });
  const pulling = slow.pull();
  await eventually('a pull under way', async () =>
    (await ingestProcesses(db)).some(({ doing }) => doing === 'pulls'),
  );
  await pulled(2);
  gate.resolve();
  await pulling;
  await eventually('word of the alerts', () => heard.length > 0);
  await stop();
  expect(heard).toEqual([0]);
});

test('a round waits for a pull that is due at its time, and for none that fails', async () => {
  const gate = Promise.withResolvers<void>();
  const slow = await member(async () => {
    await gate.promise;
    return pulled(5);
  });
  const order: string[] = [];
  const waiting = alertsFrom()
    .pulled()
    .then(() => order.push('round'));
  const pulling = slow.pull().then(() => order.push('pull'));
  gate.resolve();
  await Promise.all([waiting, pulling]);
  expect(order).toEqual(['pull', 'round']);
  await slow.leave();
  const failing = await member(() => Promise.reject(new Error('Kafka is away')));
  await expect(failing.pull()).rejects.toThrow('Kafka is away');
  await alertsFrom().pulled();
});
