import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestContent } from '../../src/bot/content/digest-content.ts';
import { readDigest } from '../../src/loop/digest/digest.ts';
import { readDutyState, readMadeUp } from '../../src/loop/duty-state.ts';
import {
  createDuties,
  type Duties,
  type Duty,
  type DutyOutcome,
  storeRecords,
} from '../../src/service/duties.ts';
import type { Db } from '../../src/store/open-store.ts';
import { eventually } from '../helpers/service.ts';
import { openTestStore } from '../helpers/test-store.ts';

const MINUTE = 60_000;
const AWAKE = { from: 8, until: 18, timeZone: 'UTC' };

let db: Db;
let now: number;
let clockReads = 0;
/** What was done, and when. */
let done: string[];
let outcomes: Partial<Record<Duty['name'], () => Promise<DutyOutcome>>>;

beforeEach(async () => {
  db = await openTestStore();
  done = [];
  outcomes = {};
});
afterEach(() => db.destroy());

const duty = (name: Duty['name'], more: Partial<Duty>): Duty => ({
  name,
  what: `the ${name}`,
  schedule: '0 14 * * *',
  makeUp: 'in-hours',
  dueInNewStore: false,
  run: async () => {
    const outcome = await (outcomes[name] ?? (async () => 'done' as const))();
    if (outcome === 'done') done.push(`${name} ${new Date(now).toISOString().slice(5, 16)}`);
    return outcome;
  },
  ...more,
});

const clock = (): Date => {
  clockReads += 1;
  return new Date(now);
};

/** A service's duties as after a start. */
const started = (timeZone = 'UTC', awake = AWAKE): Duties =>
  createDuties(
    [
      duty('pull', { makeUp: 'at-once', dueInNewStore: true }),
      duty('round', { schedule: '30 14 * * 1-5', after: ['pull'] }),
      duty('digest', { schedule: '0 16 * * *', after: ['pull'] }),
    ],
    { records: storeRecords(db), clock, log: pino({ level: 'silent' }), timeZone, awake },
  );

/** Lets time go by, looking every minute as the service does. */
const runUntil = async (duties: Duties, until: string, every = MINUTE): Promise<void> => {
  for (; now < Date.parse(until); now += every) await duties.check();
};

const startAt = async (at: string): Promise<Duties> => {
  now = Date.parse(at);
  const duties = started();
  await duties.check();
  return duties;
};

describe('what is due is done', () => {
  test('at its times, once each', async () => {
    const duties = await startAt('2026-03-04T13:00:00Z'); // a Wednesday
    await runUntil(duties, '2026-03-05T13:00:00Z');
    expect(done).toEqual(['pull 03-04T13:00', 'pull 03-04T14:00', 'round 03-04T14:30', 'digest 03-04T16:00']);
    expect(await readMadeUp(db)).toEqual([]);
  });

  test('a pull that a kill cut off, at the next start', async () => {
    now = Date.parse('2026-03-04T13:00:00Z');
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    outcomes.pull = () => {
      begin();
      return new Promise(() => undefined);
    };
    void started().check();
    await begun;
    outcomes = {};
    await startAt('2026-03-04T13:01:00Z');
    expect(done).toEqual(['pull 03-04T13:01']);
    // The one before ended in order: nothing is due.
    await startAt('2026-03-04T13:02:00Z');
    expect(done).toHaveLength(1);
  });

  test('a pull that a stop cut off, at the next start', async () => {
    outcomes.pull = async () => 'stopped';
    await startAt('2026-03-04T13:00:00Z');
    outcomes = {};
    await startAt('2026-03-04T13:01:00Z');
    expect(done).toEqual(['pull 03-04T13:01']);
  });

  test('from Thursday to Monday off: the pull at once, round and digest in the morning, each once', async () => {
    await runUntil(await startAt('2026-03-05T13:00:00Z'), '2026-03-05T13:30:00Z');
    done = [];
    const duties = await startAt('2026-03-09T06:12:00Z');
    await runUntil(duties, '2026-03-09T18:00:00Z');
    expect(done).toEqual([
      'pull 03-09T06:12',
      'round 03-09T08:00',
      'digest 03-09T08:00',
      'pull 03-09T14:00',
      'round 03-09T14:30',
      'digest 03-09T16:00',
    ]);
    expect((await readMadeUp(db)).map(({ what, due }) => `${what} ${due.slice(5, 16)}`)).toEqual([
      'the pull 03-08T14:00',
      'the round 03-06T14:30',
      'the digest 03-08T16:00',
    ]);
  });

  test('a round missed on Friday does not come at the weekend', async () => {
    await startAt('2026-03-06T12:00:00Z');
    done = [];
    await runUntil(await startAt('2026-03-07T09:00:00Z'), '2026-03-08T12:00:00Z', 10 * MINUTE);
    expect(done.filter((one) => one.startsWith('round'))).toEqual([]);
  });

  test('a machine that slept over its hour notices within a minute', async () => {
    const duties = await startAt('2026-03-04T13:00:00Z');
    now = Date.parse('2026-03-04T17:20:00Z');
    await duties.check();
    expect(done.slice(1)).toEqual(['pull 03-04T17:20', 'round 03-04T17:20', 'digest 03-04T17:20']);
  });

  test('at its own hour however late in the day that is, but made up for only while people are awake', async () => {
    const late = (): Duties =>
      createDuties([duty('digest', { schedule: '0 22 * * *' })], {
        records: storeRecords(db),
        clock,
        log: pino({ level: 'silent' }),
        timeZone: 'UTC',
        awake: AWAKE,
      });
    now = Date.parse('2026-03-04T21:00:00Z');
    await runUntil(late(), '2026-03-04T22:01:00Z');
    expect(done).toEqual(['digest 03-04T22:00']);
    now = Date.parse('2026-03-05T23:00:00Z');
    await runUntil(late(), '2026-03-06T12:00:00Z');
    expect(done.slice(1)).toEqual(['digest 03-06T08:00']);
  });

  test('in the hours of the team’s time zone', async () => {
    now = Date.parse('2026-07-01T12:00:00Z');
    const duties = started('America/New_York', { ...AWAKE, timeZone: 'America/New_York' });
    await runUntil(duties, '2026-07-01T21:00:00Z');
    expect(done.slice(1)).toEqual(['pull 07-01T18:00', 'round 07-01T18:30', 'digest 07-01T20:00']);
  });
});

describe('what fails', () => {
  const tries = async (duties: Duties, until: string): Promise<number[]> => {
    const at: number[] = [];
    outcomes.pull = async () => {
      at.push(now);
      throw new Error('Kafka is away');
    };
    await runUntil(duties, until);
    return at.slice(1).map((one, i) => (one - (at[i] ?? 0)) / MINUTE);
  };

  test('is tried again after 1, 2, 4 ... and at most 60 minutes, and holds up nothing else', async () => {
    now = Date.parse('2026-03-04T13:59:00Z');
    expect(await tries(started(), '2026-03-04T20:00:00Z')).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    expect(done).toEqual(['round 03-04T14:30', 'digest 03-04T16:00']);
    expect(await readDutyState(db, 'pull')).toMatchObject({ failures: 11, error: 'Kafka is away' });
    // The digest says so though no pull got as far as the source.
    const digest = await readDigest(db, new Date(now), 'galactic');
    expect(digest?.failures).toEqual(['The pull has not come through for 11 tries: Kafka is away']);
  });

  test('is tried at once at a start, and is over once it came through', async () => {
    now = Date.parse('2026-03-04T13:59:00Z');
    await tries(started(), '2026-03-04T16:30:00Z');
    outcomes = {};
    const duties = await startAt('2026-03-04T16:31:00Z');
    expect(done.at(-1)).toBe('pull 03-04T16:31');
    expect(await readDutyState(db, 'pull')).toMatchObject({ failures: 0, error: null, retryAt: null });
    await runUntil(duties, '2026-03-04T18:00:00Z');
    expect(done.at(-1)).toBe('pull 03-04T16:31');
  });

  test('a round without objects to ask about comes when there are some', async () => {
    const duties = await startAt('2026-03-04T14:00:00Z');
    outcomes.round = async () => 'nothing';
    await runUntil(duties, '2026-03-04T15:00:00Z');
    outcomes = {};
    await runUntil(duties, '2026-03-04T15:10:00Z');
    expect(done.filter((one) => one.startsWith('round'))).toEqual([expect.stringMatching(/03-04T15:0\d/)]);
  });
});

test('a round waits for the pull under way, and is not late for that', async () => {
  const duties = await startAt('2026-03-04T13:00:00Z');
  let finish = (): void => undefined;
  outcomes.pull = () =>
    new Promise((resolve) => {
      finish = () => resolve('done');
    });
  now = Date.parse('2026-03-04T14:00:00Z');
  const pulling = duties.check();
  now = Date.parse('2026-03-04T14:30:00Z');
  const before = clockReads;
  const looking = duties.check();
  await eventually('look at all three duties', () => clockReads >= before + 3);
  now = Date.parse('2026-03-04T14:50:00Z');
  expect(done).toEqual(['pull 03-04T13:00']);
  finish();
  await Promise.all([pulling, looking]);
  expect(done.slice(1)).toEqual(['pull 03-04T14:50', 'round 03-04T14:50']);
  expect(await readMadeUp(db)).toEqual([]);
});

test('a clock that was years ahead holds up nothing once it is right', async () => {
  await startAt('2036-01-01T15:00:00Z');
  done = [];
  await runUntil(await startAt('2026-03-04T13:00:00Z'), '2026-03-04T15:00:00Z');
  expect(done).toEqual(['pull 03-04T14:00', 'round 03-04T14:30']);
});

test('a clock that was some hours ahead when the pull was done skips no pull once it is right', async () => {
  await startAt('2026-03-04T15:00:00Z');
  done = [];
  await runUntil(await startAt('2026-03-04T13:00:00Z'), '2026-03-04T15:00:00Z');
  expect(done).toEqual(['pull 03-04T14:00', 'round 03-04T14:30']);
});

test('what is due in the hour that the clocks leave out in spring is done when they have gone forward', async () => {
  now = Date.parse('2026-03-27T12:00:00Z');
  const paris = createDuties([duty('pull', { schedule: '30 2 * * *', makeUp: 'at-once' })], {
    records: storeRecords(db),
    clock,
    log: pino({ level: 'silent' }),
    timeZone: 'Europe/Paris',
    awake: AWAKE,
  });
  await paris.check();
  await runUntil(paris, '2026-03-30T12:00:00Z', 10 * MINUTE);
  expect(done).toEqual(['pull 03-28T01:30', 'pull 03-29T01:00', 'pull 03-30T00:30']);
});

test('the digest says what was made up for', async () => {
  await startAt('2026-03-04T13:00:00Z');
  await startAt('2026-03-05T09:00:00Z');
  outcomes.pull = async () => {
    throw new Error('Kafka is away');
  };
  await runUntil(started(), '2026-03-05T14:05:00Z');
  const digest = await readDigest(db, new Date(now), 'galactic');
  const lines = digest === null ? [] : digestContent(digest).lines;
  expect(lines.find(({ name }) => name === 'Done late')?.text).toBe(
    [
      'the pull of 2026-03-04 14:00 was done at 2026-03-05 09:00 UTC',
      'the round of 2026-03-04 14:30 was done at 2026-03-05 09:00 UTC',
      'the digest of 2026-03-04 16:00 was done at 2026-03-05 09:00 UTC',
    ].join('; '),
  );
});
