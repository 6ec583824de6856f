import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sherlockBudget } from '../../../../src/pipeline/enrich/sherlock/look-up-object.ts';
import { SHERLOCK_CALLS_PER_HOUR } from '../../../../src/pipeline/enrich/sherlock/sherlock-budget.ts';
import { createSherlockClient } from '../../../../src/pipeline/enrich/sherlock/sherlock-client.ts';
import {
  runSherlockQueue,
  type SherlockQueueOptions,
} from '../../../../src/pipeline/enrich/sherlock/sherlock-queue.ts';
import { type LasairStandIn, type StandInOptions, startLasairStandIn } from '../../../lasair/stand-in.ts';
import { type MemorySherlockStore, memorySherlockStore } from './memory-sherlock-store.ts';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 2, 22, 14);

/** A night against the stand-in, on one clock that runs only while the queue sleeps or calls. */
interface Night {
  readonly lasair: LasairStandIn;
  readonly store: MemorySherlockStore;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: object }[];
  readonly now: () => number;
  /** Runs the queue until nothing is left to look up or the time is over; resolves with the time it took. */
  run(options?: RunOptions): Promise<number>;
}

interface RunOptions extends Partial<Omit<SherlockQueueOptions, 'store'>> {
  readonly token?: string | null;
  readonly hours?: number;
  /** Stops the queue, as a shutdown would, once this is true; asked after each result and each sleep. */
  readonly until?: () => boolean;
  readonly timeoutMs?: number;
}

let clock = BEGIN;
const running: LasairStandIn[] = [];
beforeEach(() => {
  clock = BEGIN;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((lasair) => lasair.stop()));
});

/** Jitter of a fixed amount: what is tested is the waits, not the dice. */
const random = (): number => 0.5;

const startNight = async (options: Omit<StandInOptions, 'now'> = {}): Promise<Night> => {
  const lasair = await startLasairStandIn({ ...options, now: () => clock });
  running.push(lasair);
  const store = memorySherlockStore();
  const logged: Night['logged'] = [];
  const write = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields });
  };
  const log = { debug: write('debug'), info: write('info'), warn: write('warn') };
  const run = async ({
    token = 'user-token',
    hours = 24,
    until,
    timeoutMs = 1000,
    ...rest
  }: RunOptions = {}) => {
    const began = clock;
    const stop = new AbortController();
    const stopIfDone = async (): Promise<void> => {
      const done = (await store.queued()) === 0 || clock - began >= hours * HOUR;
      if (done || until?.() === true) stop.abort();
    };
    await runSherlockQueue({
      client: createSherlockClient({ endpoint: lasair.endpoint, token, timeoutMs }),
      limitPerHour: SHERLOCK_CALLS_PER_HOUR.user,
      log,
      clock: () => {
        clock += 1;
        return clock;
      },
      sleep: async (ms) => {
        clock += ms;
        await stopIfDone();
      },
      random,
      onResult: stopIfDone,
      ...rest,
      store,
      signal: rest.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, rest.signal]),
    });
    return clock - began;
  };
  return { lasair, store, logged, now: () => clock, run };
};

/** Objects a degree apart, the later the more important. */
const queueObjects = (store: MemorySherlockStore, count: number, offset = 0): void => {
  for (let i = 0; i < count; i += 1) {
    const at = i + offset;
    store.add(`ZTF26obj${at}`, { ra: at % 360, dec: Math.floor(at / 360) - 20 }, at);
  }
};

const busiestHour = (times: readonly number[]): number =>
  Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + HOUR).length));

const answered = ({ lasair }: Night): number[] =>
  lasair.calls.filter(({ status }) => status === 200).map(({ at }) => at);

const refused = ({ lasair }: Night): number => lasair.calls.filter(({ status }) => status === 429).length;

describe('the queue of Sherlock lookups', () => {
  it('spends 100 calls an hour on the most important objects first, and never asks for more', async () => {
    const night = await startNight();
    queueObjects(night.store, 250);
    const took = await night.run();
    expect(refused(night)).toBe(0);
    expect(night.lasair.calls).toHaveLength(250);
    expect(busiestHour(answered(night))).toBe(100);
    expect(took).toBeGreaterThan(2 * HOUR);
    expect(took).toBeLessThan(2.1 * HOUR);
    const order = night.lasair.calls.map(({ ra, dec }) => (dec + 20) * 360 + ra);
    expect(order).toEqual(Array.from({ length: 250 }, (_, i) => 249 - i));
    expect([...night.store.entries.values()].every(({ result }) => result?.class === 'VS')).toBe(true);
  });

  it('turns to what has become more important meanwhile', async () => {
    const night = await startNight();
    queueObjects(night.store, 110);
    let added = false;
    await night.run({
      until: () => {
        if (!added && night.lasair.calls.length === 100) {
          added = true;
          night.store.add('ZTF26urgent', { ra: 5, dec: 80 }, 1e6);
        }
        return false;
      },
    });
    expect(night.lasair.calls[100]?.dec).toBe(80);
  });

  it('needs neither a second call nor a second hour after a restart', async () => {
    const night = await startNight();
    queueObjects(night.store, 150);
    await night.run({ until: () => night.lasair.calls.length === 60 });
    expect(night.lasair.calls).toHaveLength(60);
    await night.run({ until: () => night.lasair.calls.length === 100 });
    await night.run();
    expect(refused(night)).toBe(0);
    expect(night.lasair.calls).toHaveLength(150);
    expect(new Set(night.lasair.calls.map(({ ra, dec }) => `${ra} ${dec}`)).size).toBe(150);
    expect(busiestHour(answered(night))).toBe(100);
  });

  it('shares one call among objects within an arcsecond, each with its own separation', async () => {
    const night = await startNight();
    night.store.add('ZTF26a', { ra: 40, dec: 10 }, 3);
    night.store.add('ZTF26b', { ra: 40, dec: 10 + 0.9 / 3600 }, 2);
    night.store.add('ZTF26c', { ra: 40, dec: 10 - 1.1 / 3600 }, 1);
    await night.run();
    expect(night.lasair.calls).toHaveLength(2);
    const [a, b, c] = ['ZTF26a', 'ZTF26b', 'ZTF26c'].map((id) => night.store.entries.get(id));
    expect([a?.saved?.cached, b?.saved?.cached, c?.saved?.cached]).toEqual([false, true, false]);
    expect(b?.result?.host?.position).toEqual(a?.result?.host?.position);
    expect(Math.abs((a?.result?.separationArcsec ?? 0) - (b?.result?.separationArcsec ?? 0))).toBeGreaterThan(
      0.1,
    );
  });

  it('serves neighbours from the cache while no call is left', async () => {
    const night = await startNight();
    night.store.add('ZTF26first', { ra: 40, dec: 10 }, 1);
    await night.run();
    night.store.calls.push(...Array.from({ length: 99 }, () => clock));
    night.store.add('ZTF26other', { ra: 90, dec: 10 }, 9);
    night.store.add('ZTF26near', { ra: 40, dec: 10 + 0.5 / 3600 }, 1);
    await night.run({ hours: 0.1 });
    expect(night.store.entries.get('ZTF26near')?.saved?.cached).toBe(true);
    expect(night.store.entries.get('ZTF26other')?.result).toBeNull();
  });
});

describe('the budget of Sherlock lookups', () => {
  it('is learned from a 429 when the token turns out to be of a lesser kind', async () => {
    const night = await startNight();
    queueObjects(night.store, 350);
    const took = await night.run({ limitPerHour: SHERLOCK_CALLS_PER_HOUR.power });
    expect(answered(night)).toHaveLength(350);
    expect(refused(night)).toBeLessThanOrEqual(2);
    expect(took).toBeLessThan(5 * HOUR);
    const warning = night.logged.find(({ level }) => level === 'warn');
    expect(warning?.message).toMatch(
      /^Lasair's hourly limit is reached after 100 calls; lookups go on at 2026-/,
    );
  });

  it('obeys Retry-After when another program spends the same token', async () => {
    const night = await startNight();
    night.lasair.spend('user-token', 95);
    queueObjects(night.store, 20);
    const took = await night.run();
    expect(refused(night)).toBe(1);
    expect(took).toBeGreaterThan(HOUR);
    expect(took).toBeLessThan(1.3 * HOUR);
  });

  it('waits longer and longer when a 429 says nothing of how long', async () => {
    const night = await startNight({ silentLimit: true });
    night.lasair.spend('user-token', 100);
    queueObjects(night.store, 1);
    await night.run();
    const times = night.lasair.calls.map(({ at }) => at);
    // In minutes, without the jitter of an eighth that `random` gives.
    const waits = times.slice(1).map((at, i) => Math.round((at - (times[i] ?? 0)) / 60_000 / 1.125));
    expect(waits.slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(answered(night)).toHaveLength(1);
  });

  it('is ten calls an hour without a token', async () => {
    const night = await startNight();
    queueObjects(night.store, 25);
    await night.run({ token: null, limitPerHour: SHERLOCK_CALLS_PER_HOUR.none });
    expect(refused(night)).toBe(0);
    expect(busiestHour(answered(night))).toBe(10);
  });

  it('can be shown: calls spent, calls left, why it waits', async () => {
    const night = await startNight();
    queueObjects(night.store, 30);
    await night.run();
    expect(await sherlockBudget(night.store, 100, clock)).toMatchObject({ used: 30, left: 70, waitMs: 0 });
    const later = clock + HOUR + 5000;
    expect(await sherlockBudget(night.store, 100, later)).toMatchObject({ used: 0, left: 100 });
    night.lasair.spend('user-token', 70);
    queueObjects(night.store, 1, 500);
    await night.run({ hours: 0.01 });
    expect(await sherlockBudget(night.store, 100, clock)).toMatchObject({
      left: 0,
      pauseReason: 'rate-limited',
    });
  });
});

describe('when Lasair fails, the queue', () => {
  it('says what to do about a refused token, and tries it again hourly without losing anything', async () => {
    const night = await startNight();
    queueObjects(night.store, 3);
    await night.run({ token: 'expired-token', hours: 4.5 });
    expect(night.lasair.calls.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(await night.store.queued()).toBe(3);
    expect([...night.store.entries.values()].every(({ attempts }) => attempts === 0)).toBe(true);
    expect(JSON.stringify(night.logged)).toContain('copy it again from your Lasair profile');
    expect(JSON.stringify(night.logged)).not.toContain('expired-token');
    expect(await sherlockBudget(night.store, 100, clock)).toMatchObject({ pauseReason: 'unauthorised' });
    // A new token needs no clearing up: after the hour it is used.
    await night.run();
    expect(await night.store.queued()).toBe(0);
  });

  it('goes on with the others and comes back to the one that failed', async () => {
    const night = await startNight();
    queueObjects(night.store, 5);
    night.lasair.fail(
      { kind: 'status', status: 500 },
      { kind: 'garbage', body: '{}' },
      { kind: 'slow', ms: 300 },
    );
    await night.run({ timeoutMs: 100 });
    expect(await night.store.queued()).toBe(0);
    const entry = (i: number) => night.store.entries.get(`ZTF26obj${i}`);
    expect([4, 3, 2, 1, 0].map((i) => entry(i)?.attempts)).toEqual([1, 1, 1, 0, 0]);
    expect(entry(4)?.reason).toBe('Lasair answered 500');
    expect(night.lasair.calls.slice(3, 5).map(({ ra }) => ra)).toEqual([1, 0]);
    expect(night.logged.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(night.logged.some(({ message }) => message === 'Sherlock lookups work again')).toBe(true);
  });

  it('asks ever less often through a long outage, and blames no object for a dead network', async () => {
    const night = await startNight();
    queueObjects(night.store, 10);
    await night.lasair.stop();
    await night.run({ hours: 10 });
    expect(night.store.calls.length).toBeGreaterThan(20);
    expect(night.store.calls.length).toBeLessThan(60);
    expect([...night.store.entries.values()].every(({ attempts }) => attempts === 0)).toBe(true);
    expect(night.logged.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('does not let a position that always fails stand in the way', async () => {
    const night = await startNight();
    night.store.add('ZTF26poison', { ra: 361, dec: 0 }, 1e9);
    queueObjects(night.store, 30);
    await night.run({ hours: 6 });
    expect(await night.store.queued()).toBe(1);
    expect(night.store.entries.get('ZTF26poison')?.attempts).toBeGreaterThan(2);
    expect(night.store.entries.get('ZTF26poison')?.attempts).toBeLessThan(10);
  });
});

describe('the queue itself', () => {
  it('stops at once in the middle of a slow answer, without blaming the object', async () => {
    const night = await startNight();
    queueObjects(night.store, 1);
    night.lasair.fail({ kind: 'slow', ms: 5000 });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const began = performance.now();
    await night.run({ signal: stop.signal, timeoutMs: 10_000 });
    expect(performance.now() - began).toBeLessThan(2000);
    expect(night.store.entries.get('ZTF26obj0')?.attempts).toBe(0);
  });

  it('stops at once in the middle of a real wait', async () => {
    const night = await startNight();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const began = performance.now();
    const { store, lasair } = night;
    const client = createSherlockClient({ endpoint: lasair.endpoint, token: 'user-token' });
    const quiet = { debug: () => {}, info: () => {}, warn: () => {} };
    await runSherlockQueue({ client, store, limitPerHour: 100, log: quiet, signal: stop.signal });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('survives a store that fails, and a listener that does', async () => {
    const night = await startNight();
    queueObjects(night.store, 4);
    const { nextQueued } = night.store;
    let failures = 3;
    night.store.nextQueued = async (limit, now) => {
      failures -= 1;
      if (failures >= 0) throw new Error('database is locked');
      return nextQueued(limit, now);
    };
    await night.run({
      onResult: () => {
        throw new Error('no features today');
      },
      pollMs: 1000,
    });
    expect(await night.store.queued()).toBe(0);
    const text = JSON.stringify(night.logged);
    expect(text).toContain('database is locked');
    expect(text).toContain('no features today');
  });

  it('leaves the main thread to others while it works through the cache', async () => {
    const night = await startNight();
    for (let i = 0; i < 300; i += 1) night.store.add(`ZTF26n${i}`, { ra: 40, dec: 10 }, i);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await night.run();
    clearInterval(timer);
    expect(night.lasair.calls).toHaveLength(1);
    expect(turns).toBeGreaterThan(5);
  });
});
