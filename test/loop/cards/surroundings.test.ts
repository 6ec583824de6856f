import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSurroundings, type Surroundings } from '../../../src/loop/cards/surroundings.ts';
import type { LoopContext } from '../../../src/loop/context.ts';
import type { Alert } from '../../../src/pipeline/alert.ts';
import { historyOf, missingHistories } from '../../../src/store/intake/histories.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { type ArchivedPoint, type FinkStandIn, startFinkStandIn } from '../../fink/stand-in.ts';
import { alertWith, detection } from '../../helpers/alerts.ts';
import { loopContext, openedRound, storeAlerts } from '../../helpers/loop-parts.ts';
import { eventually, temporaryFolder } from '../../helpers/service.ts';
import { openTestStore } from '../../helpers/test-store.ts';
import { type SkyStandIn, startSkyStandIn } from '../../sky/stand-in.ts';

const JD = 2_460_800.5;
const YEARS: readonly ArchivedPoint[] = Array.from({ length: 30 }, (_, i) => ({
  jd: JD - 40 * (i + 1),
  fid: 1 + (i % 2),
  magpsf: i % 3 === 0 ? null : 19.5,
}));
/** Six objects far from each other. */
const ALERTS: readonly Alert[] = Array.from({ length: 6 }, (_, i) =>
  alertWith({
    candid: `306317631001501500${i}`,
    objectId: `ZTF25aaaaaa${'abcdef'[i]}`,
    ra: 100 + i,
    dec: i === 5 ? -40 : 10,
    epochs: [detection({ jd: JD })],
  }),
);
const [FIRST] = ALERTS;
if (FIRST === undefined) throw new Error('no alert');

let db: Db;
let fink: FinkStandIn;
let sky: SkyStandIn;
let context: LoopContext;
let folder: ReturnType<typeof temporaryFolder>;
let open: Surroundings[] = [];
let now: Date;
beforeEach(async () => {
  db = await openTestStore();
  fink = await startFinkStandIn(() => YEARS);
  sky = await startSkyStandIn();
  context = loopContext(db);
  folder = temporaryFolder();
  now = new Date('2026-05-02T12:00:00Z');
  await storeAlerts(db, ALERTS, now.toISOString());
});
afterEach(async () => {
  for (const one of open) await one.stop();
  open = [];
  await Promise.all([fink.stop(), sky.stop(), context.learning.close()]);
  await db.destroy();
  folder.remove();
});

const start = (over: { finkApi?: string | null; hips2fits?: string | null; patienceMs?: number } = {}) => {
  const one = createSurroundings({
    db,
    finkApi: fink.url,
    hips2fits: sky.url,
    sky: { folder: folder.path, mostBytes: 1e7 },
    simulationSeed: 1,
    onMessages: () => undefined,
    clock: () => now,
    log: pino({ level: 'silent' }),
    ...over,
  });
  open.push(one);
  return one;
};

describe('what lies beside the packets of a round', () => {
  test('is fetched for its candidates as it opens, in few calls, and for nothing else', async () => {
    const all = start();
    all.wake();
    expect(fink.calls).toEqual([]);
    await openedRound(context);
    all.wake();
    const beside = await all.of(FIRST);
    expect(beside.history).toHaveLength(YEARS.length);
    expect(beside.sky?.credit).toBe('PS1 / CDS');
    await eventually('all histories', async () => (await missingHistories(db)).length === 0);
    expect(fink.calls.map(({ objectIds }) => objectIds.length)).toEqual([5, 1]);
    await eventually('all images', () => sky.calls.length === 6);
    expect(sky.calls.filter(({ hips }) => hips.includes('DSS2')).map(({ dec }) => dec)).toEqual([-40]);
  });

  test('is kept: a restart asks for nothing', async () => {
    await openedRound(context);
    const first = start();
    first.wake();
    await first.of(FIRST);
    await eventually('all histories', async () => (await missingHistories(db)).length === 0);
    await eventually('all images', () => sky.calls.length === 6);
    await first.stop();
    const calls = fink.calls.length + sky.calls.length;
    const second = start();
    second.wake();
    expect((await second.of(FIRST)).history).toHaveLength(YEARS.length);
    expect((await second.of(FIRST)).sky).not.toBeNull();
    expect(fink.calls.length + sky.calls.length).toBe(calls);
  });

  test('is waited for a little once, and by no other card until it comes again', async () => {
    fink.failAlways({ kind: 'slow', ms: 60_000 });
    sky.failAlways({ kind: 'slow', ms: 60_000 });
    await openedRound(context);
    const all = start({ patienceMs: 300 });
    const began = performance.now();
    for (const alert of ALERTS) expect(await all.of(alert)).toEqual({ history: null, sky: null });
    expect(performance.now() - began).toBeLessThan(300 + 5 * 100 + 500);
  });

  test('that cannot be had is asked for again later, alone, so that one bad object spoils no other', async () => {
    fink.fail({ kind: 'wrong-object' });
    await openedRound(context);
    const all = start({ hips2fits: null });
    expect((await all.of(FIRST)).history).toBeNull();
    expect(fink.calls).toHaveLength(1);
    all.wake();
    expect((await all.of(FIRST)).history).toBeNull();
    expect(fink.calls).toHaveLength(1);
    now = new Date(now.getTime() + 10 * 60_000);
    all.wake();
    await eventually('all histories', async () => (await missingHistories(db)).length === 0);
    // The sixth, which had not been asked for, then the five that failed, one by one.
    expect(fink.calls.map(({ objectIds }) => objectIds.length)).toEqual([5, 1, 1, 1, 1, 1, 1]);
    expect(await historyOf(db, FIRST.objectId)).toHaveLength(YEARS.length);
  });

  test('is off where its address is', async () => {
    await openedRound(context);
    const all = start({ finkApi: null, hips2fits: null });
    all.wake();
    expect(await all.of(FIRST)).toEqual({ history: null, sky: null });
    expect([fink.calls, sky.calls]).toEqual([[], []]);
  });

  test('of an object that nobody is asked about is what there is', async () => {
    const all = start({ hips2fits: null });
    expect((await all.of(FIRST)).history).toBeNull();
    expect(fink.calls).toEqual([]);
  });
});
