import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSherlockStore, parseSherlockResult } from '../../../src/loop/intake/sherlock-store.ts';
import type { SherlockResult } from '../../../src/pipeline/enrich/sherlock/sherlock-result.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { keepAlerts } from '../../../src/store/intake/alerts.ts';
import { queueLookups, queueMissingLookups } from '../../../src/store/intake/lookup-queue.ts';
import { beginPull } from '../../../src/store/intake/pulls.ts';
import { countLookups, markExcluded } from '../../../src/store/intake/sherlock.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { alertWith } from '../../helpers/alerts.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const result = (name: string): SherlockResult => ({
  class: name,
  description: 'a sentence',
  separationArcsec: 0.4,
  host: null,
});

let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

const NOW = Date.parse('2026-05-02T14:00:00.000Z');
const ISO = new Date(NOW).toISOString();

describe('the lookups in the store', () => {
  test('come out newest first while there is no model, and never what cannot enter the pool before others', async () => {
    const pull = await beginPull(db, 'test', ISO);
    const alert = (id: string, jd: number, positive = 't') =>
      alertWith({
        candid: id.padStart(19, '3'),
        objectId: `ZTF${id}`,
        jd,
        epochs: alertWith().epochs.map((epoch) => ({ ...epoch, jd, isdiffpos: positive })),
      });
    const alerts = [
      alert('1', 2_460_801),
      alert('2', 2_460_803),
      alert('3', 2_460_802),
      alert('4', 2_460_804, 'f'),
    ];
    const rows = alerts.map((one) => ({ alert: one, features: alertFeatures(one) }));
    await keepAlerts(db, rows, pull, ISO);
    await queueMissingLookups(db, 'SIM', ISO);
    const store = createSherlockStore(db, []);
    const next = await store.nextQueued(10, NOW);
    expect(next.map(({ objectId }) => objectId)).toEqual(['ZTF2', 'ZTF3', 'ZTF1', 'ZTF4']);
    expect(await store.queued()).toBe(4);
  });

  test('wait for their next try after a failure, and leave the queue with a result', async () => {
    await queueLookups(db, [{ objectId: 'ZTF1', ra: 10, dec: 20 }], ISO);
    await queueLookups(db, [{ objectId: 'ZTF1', ra: 11, dec: 21 }], ISO);
    const store = createSherlockStore(db, ['AGN']);
    await store.saveFailure('ZTF1', 'down', NOW + 1000);
    expect(await store.nextQueued(10, NOW)).toEqual([]);
    expect(await store.nextQueued(10, NOW + 1000)).toMatchObject([{ objectId: 'ZTF1', ra: 10, attempts: 1 }]);
    await store.saveResult('ZTF1', result('AGN'), { cached: false, at: NOW });
    expect(await store.queued()).toBe(0);
    expect(await countLookups(db)).toEqual({ waiting: 0, found: 1, excluded: { AGN: 1 } });
    // The list may change between two starts.
    await markExcluded(db, ['VS']);
    expect((await countLookups(db)).excluded).toEqual({});
  });

  test('are served from the nearest result within an arcsecond, across 0h and near the pole too', async () => {
    const near = (arcsec: number) => arcsec / 3600;
    const places = [
      { objectId: 'far', ra: 10, dec: 20 + near(0.9) },
      { objectId: 'near', ra: 10, dec: 20 + near(0.3) },
      { objectId: 'east', ra: 359.9999, dec: 0 },
      { objectId: 'pole', ra: 90, dec: 89.9999 },
    ];
    await queueLookups(db, places, ISO);
    const store = createSherlockStore(db, []);
    for (const { objectId } of places) {
      await store.saveResult(objectId, result(objectId), { cached: false, at: NOW });
    }
    const cached = async (ra: number, dec: number) =>
      (await store.findCached({ objectId: 'new', ra, dec }, 1))?.class ?? null;
    expect(await cached(10, 20)).toBe('near');
    expect(await cached(10, 20 - near(0.8))).toBeNull();
    expect(await cached(0.0001, 0)).toBe('east');
    expect(await cached(0.0003, 0)).toBeNull();
    expect(await cached(180, 89.9999)).toBe('pole');
    expect(await store.findCached({ objectId: 'far', ra: 0, dec: 0 }, 1)).toEqual(result('far'));
    expect(parseSherlockResult(JSON.stringify(result('x')))).toEqual(result('x'));
  });

  test('remember calls of the same moment one by one, and what was learned of the limit', async () => {
    const store = createSherlockStore(db, []);
    for (const at of [NOW, NOW, NOW + 5]) await store.recordCall(at);
    await store.forgetCall(NOW);
    expect(await store.callsSince(NOW - 1)).toEqual([NOW, NOW + 5]);
    await store.recordCall(NOW + 4 * 3_600_000);
    expect(await store.callsSince(0)).toEqual([NOW + 4 * 3_600_000]);
    expect(await store.loadBudget()).toBeNull();
    const budget = { learned: { perHour: 60, until: NOW }, pausedUntil: NOW, pauseReason: null, refusals: 2 };
    await store.saveBudget(budget);
    expect(await createSherlockStore(db, []).loadBudget()).toEqual(budget);
  });
});
