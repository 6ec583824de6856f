import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Kysely } from 'kysely';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readyToChoose } from '../../src/loop/rounds/choosing-model.ts';
import { openRound } from '../../src/loop/rounds/open-round.ts';
import { featureMatrixOf } from '../../src/loop/rounds/training-table.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { createLearningClient } from '../../src/pipeline/learning/learning-client.ts';
import { keepAlerts } from '../../src/store/intake/alerts.ts';
import { featuresOf } from '../../src/store/intake/features.ts';
import { inTransaction, openStore } from '../../src/store/open-store.ts';
import { closeRound } from '../../src/store/rounds/rounds.ts';
import { alertWith } from '../helpers/alerts.ts';
import { temporaryFolder } from '../helpers/service.ts';

// A feature is added as src/pipeline/features/README.md says: its name, its value, a migration.
vi.mock('../../src/pipeline/features/feature-table.ts', async (original) => {
  const names = await original<typeof import('../../src/pipeline/features/feature-table.ts')>();
  return { ...names, FEATURE_NAMES: [...names.FEATURE_NAMES, 'mean'] };
});
vi.mock('../../src/store/migrations/index.ts', async (original) => {
  const index = await original<typeof import('../../src/store/migrations/index.ts')>();
  const up = (db: Kysely<unknown>): Promise<void> =>
    db.schema.alterTable('features').addColumn('mean', 'real').execute();
  return { ...index, migrations: { ...index.migrations, '9999-mean': { up } } };
});

const fixtures = join(import.meta.dirname, 'fixtures');

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const NEW_STORE = 'a new store';

test.each([NEW_STORE, ...readdirSync(fixtures)])('a new feature is kept by %s', async (version) => {
  const path = join(folder.path, 'finkvra.sqlite');
  if (version !== NEW_STORE) writeFileSync(path, gunzipSync(readFileSync(join(fixtures, version))));
  const db = await openStore(path);
  try {
    if (version === NEW_STORE)
      await db
        .insertInto('pulls')
        .values({
          source: 'test',
          started_at: '',
          read: 1,
          kept: 1,
          known: 0,
          quarantined: 0,
          filtered: '{}',
        })
        .execute();
    const alert = alertWith();
    const features = { ...alertFeatures(alert), mean: 19.5 };
    await inTransaction(db, (trx) => keepAlerts(trx, [{ alert, features }], 1, '2026-05-03T12:00:00.000Z'));
    expect(await featuresOf(db, alert.candid)).toEqual(features);
    const x = await featureMatrixOf(db, [alert.candid], ['mean']);
    expect(x.values.at(x.names.indexOf('mean'))).toBe(19.5);
    if (version !== NEW_STORE) expect(await featuresOf(db, '101')).toMatchObject({ ndets: 1, mean: null });
  } finally {
    await db.destroy();
  }
});

test('a model of before goes on choosing by the features that it was trained on', async () => {
  const path = join(folder.path, 'finkvra.sqlite');
  writeFileSync(path, gunzipSync(readFileSync(join(fixtures, '0006-model-types.sqlite.gz'))));
  const db = await openStore(path);
  const learning = createLearningClient();
  try {
    const { model } = await learning.train({
      engine: 'extra-trees',
      seed: 1,
      x: { names: ['ra', 'ebv'], rows: 4, values: Float64Array.of(1, 0.1, 2, 0.1, 3, 0.9, 4, 0.9) },
      y: Uint8Array.of(0, 0, 1, 1),
      groups: ['a', 'b', 'c', 'd'],
    });
    await db
      .updateTable('models')
      .set({ saved: JSON.stringify(model) })
      .execute();
    await db.updateTable('rounds').set({ state: 'training' }).where('id', '=', 2).execute();
    await closeRound(db, 2, '{}', '2026-05-03T12:00:00.000Z');
    const context = {
      db,
      learning,
      clock: () => new Date(),
      log: pino({ level: 'silent' }),
      rounds: {
        firstSize: 2,
        size: 2,
        strategy: 'uncertainty',
        answersPerCandidate: 1,
        layout: 'channel',
      },
      modelType: 'galactic',
      start: 'labels',
      others: null,
      engine: 'extra-trees',
      tracking: null,
      seed: 1,
    } as const;
    // Of another set's columns it is told apart, and not used: these labels do not suffice for a new one.
    expect((await readyToChoose({ ...context, features: 'context' })).model).toBeUndefined();
    const opened = await openRound({ ...context, features: 'reference' });
    expect(opened).toMatchObject({ kind: 'opened', round: { model_id: 1, pool_size: 2 } });
  } finally {
    await learning.close();
    await db.destroy();
  }
});
