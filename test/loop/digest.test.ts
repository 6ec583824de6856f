import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDigest, wantDigest } from '../../src/loop/digest.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { keepAlerts } from '../../src/store/alerts.ts';
import { insertModel, keepScores } from '../../src/store/models.ts';
import { type Db, openStore } from '../../src/store/open-store.ts';
import { beginPull, finishPull, recordPullCounts } from '../../src/store/pulls.ts';
import { quarantine } from '../../src/store/quarantine.ts';
import { insertRound } from '../../src/store/rounds.ts';
import { alertWith } from '../helpers/alerts.ts';

const NOW = new Date('2026-05-02T16:00:00Z');
const AT = '2026-05-02T14:00:00.000Z';
let db: Db;
beforeEach(async () => {
  db = await openStore(':memory:');
});
afterEach(() => db.destroy());

const scored = async (): Promise<void> => {
  const pull = await beginPull(db, 'test', AT);
  const alerts = ['1', '2', '3'].map((candid) => alertWith({ candid, objectId: `ZTF25obj${candid}` }));
  await keepAlerts(
    db,
    alerts.map((alert) => ({ alert, features: alertFeatures(alert) })),
    pull,
    AT,
  );
  await recordPullCounts(db, pull, { read: 5, kept: 3, known: 0, quarantined: 1, filtered: { drb: 1 } });
  await finishPull(db, pull, AT, null);
  const origin = { name: 'a.avro', kind: 'file' as const };
  const unreadable = { kind: 'unreadable' as const, reason: 'no schema', origin, bytes: null, key: null };
  await quarantine(db, pull, [unreadable], AT);
  const models: number[] = [];
  for (const p of [
    [0.9, 0.1, 0.5],
    [0.2, 0.1, 0.45],
  ]) {
    const round = await insertRound(db, {
      size: 3,
      strategy: 'random',
      firstSeed: 1,
      pool_size: 3,
      model_id: null,
      opened_at: AT,
    });
    await db.updateTable('rounds').set({ state: 'closed' }).execute();
    const id = await insertModel(db, {
      round_id: round?.id ?? 0,
      engine: 'x',
      seed: 1,
      labels: 3,
      saved: '{}',
      trained_at: AT,
    });
    models.push(id);
    await keepScores(
      db,
      id,
      p.map((pGalactic, i) => ({ candid: String(i + 1), pGalactic })),
    );
  }
  expect(models).toHaveLength(2);
};

test('the digest names what changed most, what is surely not galactic, and what failed', async () => {
  await scored();
  const digest = await readDigest(db, NOW);
  expect(digest?.changed).toMatchObject([{ objectId: 'ZTF25obj1', before: 0.9, after: 0.2 }]);
  expect(digest?.surest.map(({ objectId }) => objectId)).toEqual(['ZTF25obj2']);
  expect(digest?.failures).toEqual(['Unreadable, in quarantine: 1 × no schema']);
});

test('a day on which nothing happened has no digest', async () => {
  expect(await wantDigest(db, NOW)).toBeNull();
});
