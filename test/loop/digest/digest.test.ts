import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestContent } from '../../../src/bot/content/digest-content.ts';
import { digestMessage } from '../../../src/bot/slack/messages/digest-message.ts';
import { type Digest, readDigest, wantDigest } from '../../../src/loop/digest/digest.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { keepAlerts } from '../../../src/store/intake/alerts.ts';
import { agePool } from '../../../src/store/intake/pool-age.ts';
import { beginPull, finishPull, recordPullCounts } from '../../../src/store/intake/pulls.ts';
import { quarantine } from '../../../src/store/intake/quarantine.ts';
import { type Db, inTransaction } from '../../../src/store/open-store.ts';
import { insertModel } from '../../../src/store/rounds/models.ts';
import { insertRound } from '../../../src/store/rounds/rounds.ts';
import { keepScores, surestOf } from '../../../src/store/rounds/scores.ts';
import { alertWith } from '../../helpers/alerts.ts';
import { openTestStore } from '../../helpers/test-store.ts';

const NOW = new Date('2026-05-02T16:00:00Z');
const AT = '2026-05-02T14:00:00.000Z';
let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

const shown = (digest: Digest): string => JSON.stringify(digestMessage(digestContent(digest), null));

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
      model_type: 'galactic',
      firstSeed: 1,
      pool_size: 3,
      model_id: null,
      opened_at: AT,
    });
    await db.updateTable('rounds').set({ state: 'closed' }).execute();
    const id = await insertModel(db, {
      round_id: round?.id ?? 0,
      model_type: 'galactic',
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
      p.map((one, i) => ({ candid: String(i + 1), p: one })),
    );
  }
  expect(models).toHaveLength(2);
};

test('the digest names what changed most, what is surely not galactic, and what failed', async () => {
  await scored();
  const digest = await readDigest(db, NOW, 'galactic');
  expect(digest?.changed).toMatchObject([{ objectId: 'ZTF25obj1', before: 0.9, after: 0.2 }]);
  expect(digest?.surest.map(({ objectId }) => objectId)).toEqual(['ZTF25obj2']);
  expect(digest?.failures).toEqual(['Unreadable, in quarantine: 1 × no schema']);
});

test('a digest of a simulated night says so even where it lists no object; one of the real sky does not', async () => {
  await scored();
  const real = await readDigest(db, NOW, 'galactic');
  expect(real?.simulated).toBe(false);
  if (real === null) throw new Error('no digest');
  expect(shown(real)).not.toContain('Simulated alerts');

  const pull = await beginPull(db, 'a file', AT);
  const alert = alertWith({ candid: '9', objectId: 'SIM26aaaaaaa' });
  await keepAlerts(db, [{ alert, features: alertFeatures(alert) }], pull, AT);
  await recordPullCounts(db, pull, { read: 1, kept: 1, known: 0, quarantined: 0, filtered: {} });
  await finishPull(db, pull, AT, null);
  const digest = await readDigest(db, NOW, 'galactic');
  if (digest === null) throw new Error('no digest');
  expect(shown({ ...digest, surest: [], changed: [] })).toContain(
    'Simulated alerts: nothing here is real sky',
  );
});

test('a digest says nothing of what a model of another question thinks', async () => {
  await scored();
  const digest = await readDigest(db, NOW, 'real');
  expect(digest).toMatchObject({ modelType: 'real', surest: [], changed: [] });
});

test('where transients are asked about, the digest names what is surely one', async () => {
  await scored();
  await db.updateTable('models').set({ model_type: 'transient' }).execute();
  await db.updateTable('scores').set({ p: 0.95 }).where('candid', '=', '3').execute();
  const digest = await readDigest(db, NOW, 'transient');
  expect(digest?.surest.map(({ objectId }) => objectId)).toEqual(['ZTF25obj3']);
  if (digest === null) throw new Error('there is no digest');
  expect(digestContent(digest)).toMatchObject({
    surestTitle: 'Surest transient',
    surest: [{ text: expect.stringContaining('P(transient) 95 %') }],
  });
});

test('a day on which nothing happened has no digest', async () => {
  expect(await wantDigest(db, NOW, 'galactic')).toBeNull();
});

test('the surest of a day of many thousand alerts are found page by page, each once', async () => {
  const pull = await beginPull(db, 'test', AT);
  const alerts = Array.from({ length: 4500 }, (_, i) =>
    alertWith({ candid: String(10_000 + i), objectId: `ZTF25obj${i}`, ra: i / 100 }),
  );
  const measured = alerts.map((alert) => ({ alert, features: alertFeatures(alert) }));
  // Many of one moment, as a pull stores them, and of two.
  await inTransaction(db, (trx) => keepAlerts(trx, measured.slice(0, 3000), pull, AT));
  await inTransaction(db, (trx) => keepAlerts(trx, measured.slice(3000), pull, '2026-05-02T14:00:00.001Z'));
  const model = await insertModel(db, {
    round_id: null,
    model_type: 'galactic',
    engine: 'x',
    seed: 1,
    labels: 3,
    saved: '{}',
    trained_at: AT,
    promoted_at: null,
    calibration: null,
    feature_set: null,
  });
  await keepScores(
    db,
    model,
    alerts.map(({ candid }, i) => ({
      candid,
      p: [1999, 2000, 2999, 4499].includes(i) ? 0.01 + i / 1e6 : 0.5,
    })),
  );
  const surest = await surestOf(
    db,
    { type: 'galactic', wanted: 0, since: '2026-05-01T00:00:00.000Z' },
    0.2,
    5,
  );
  expect(surest.map(({ candid }) => candid)).toEqual(['11999', '12000', '12999', '14499']);
});

test('the digest says in a line how many objects left the pool by their age, and nothing where none did', async () => {
  const see = async (objectId: string, at: string): Promise<void> => {
    const alert = alertWith({ candid: objectId.slice(-1), objectId, ra: Number(objectId.slice(-1)) });
    await keepAlerts(db, [{ alert, features: alertFeatures(alert) }], await beginPull(db, 'test', at), at);
  };
  for (const old of ['ZTF25obj1', 'ZTF25obj2']) await see(old, '2026-03-20T14:00:00.000Z');
  await see('ZTF25obj3', AT);
  await agePool(db, 30, new Date(AT));
  const digest = await readDigest(db, NOW, 'galactic');
  expect(digest === null ? null : digestContent(digest).lines).toContainEqual({
    name: 'Pool',
    text: '2 objects left it, not seen for 30 days',
  });
  expect(digest === null ? '' : shown(digest)).toContain('2 objects left it');
  await agePool(db, 30, NOW);
  const next = await readDigest(db, new Date('2026-05-03T16:00:00Z'), 'galactic');
  expect(next?.leftPool ?? null).toBeNull();
});
