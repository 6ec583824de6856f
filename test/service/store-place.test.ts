import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config/config.ts';
import { pullAlerts } from '../../src/loop/intake/pull.ts';
import { runIntake } from '../../src/loop/intake/run-intake.ts';
import { createLoop } from '../../src/loop/loop.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { createLearningClient } from '../../src/pipeline/learning/learning-client.ts';
import { takeServiceLock } from '../../src/service/service-lock.ts';
import { openConfiguredStore } from '../../src/service/store-place.ts';
import { DEFAULT_SIMULATION_NIGHT, simulatedSource } from '../../src/simulation/simulated-night.ts';
import { fileIdOf, keepUpload } from '../../src/store/chat/uploads.ts';
import { rememberWorkspace } from '../../src/store/chat/workspace.ts';
import { keepAlerts } from '../../src/store/intake/alerts.ts';
import { countAlerts } from '../../src/store/intake/counts.ts';
import { readPool } from '../../src/store/intake/pool.ts';
import { beginPull, finishPull, recordPullCounts } from '../../src/store/intake/pulls.ts';
import { keepValue } from '../../src/store/key-value.ts';
import { type Db, openStore } from '../../src/store/open-store.ts';
import { allRounds, candidatesOf } from '../../src/store/rounds/rounds.ts';
import { lookIntoStore } from '../../src/store/store-kind.ts';
import { alertWith } from '../helpers/alerts.ts';
import { temporaryFolder } from '../helpers/service.ts';

const clock = (): Date => new Date('2026-03-04T12:00:00Z');
const REAL = 12;

let folder: ReturnType<typeof temporaryFolder>;
let told: string[];
beforeEach(() => {
  folder = temporaryFolder();
  told = [];
});
afterEach(() => folder.remove());

const config = (more: Record<string, string> = {}): Config => readConfig({ DATA_DIR: folder.path, ...more });
const open = (with_: Config): Promise<Db> => openConfiguredStore(with_, (text) => told.push(text));

/** The store of a version that put both kinds into one, after a played round. */
const olderStore = async (night: boolean, real: boolean): Promise<void> => {
  const db = await openStore(join(folder.path, 'finkvra.sqlite'));
  const archiveDir = join(folder.path, 'archive');
  const intake = { db, dustDir: folder.path, archiveDir, poolDays: 30, clock, log: () => undefined };
  if (night) {
    const source = simulatedSource({ seed: 1, night: DEFAULT_SIMULATION_NIGHT, size: 60, bogus: false });
    await runIntake(intake, () =>
      pullAlerts({ db, source, name: 'simulated night 2026-03-03', filter: true, clock }),
    );
  }
  if (real) {
    const pull = await beginPull(db, 'topic fink_vra_ztf', clock().toISOString());
    const alerts = Array.from({ length: REAL }, (_, i) =>
      alertWith({ candid: `30631763100150150${10 + i}`, objectId: `ZTF25a${i}`, ra: 10 + 5 * i }),
    );
    const measured = alerts.map((alert) => ({ alert, features: alertFeatures(alert) }));
    await keepAlerts(db, measured, pull, clock().toISOString());
    const counts = { read: REAL, kept: REAL, known: 0, quarantined: 0, filtered: {} };
    await recordPullCounts(db, pull, counts);
    await finishPull(db, pull, clock().toISOString(), null);
    await runIntake(intake, async () => ({}));
  }
  await playRound(db);
  await db.destroy();
};

/** A round over all there is, all but one candidate answered, as the old version would have left it. */
const playRound = async (db: Db): Promise<void> => {
  const settings = config();
  const loop = createLoop({
    db,
    learning: createLearningClient(),
    clock,
    log: pino({ level: 'silent' }),
    rounds: { ...settings.rounds, firstSize: 200 },
    modelType: 'galactic',
    features: settings.features,
    start: settings.start,
    others: null,
    engine: 'extra-trees',
    tracking: null,
    seed: 1,
    next: 'scheduled',
    onMessages: () => undefined,
  });
  const opened = await loop.openRound();
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  for (const [i, { id }] of (await candidatesOf(db, opened.round.id)).slice(1).entries()) {
    const answer = i % 2 === 0 ? 'galactic' : 'not_galactic';
    await loop.answer({ candidateId: id, userId: 'U1', userName: 'Vera', answer });
  }
  await loop.stop();
};

describe('a folder of a version that put both kinds of alerts into one store', () => {
  test('with simulated alerts alone moves them over, once', async () => {
    await olderStore(true, false);
    expect(config().source).toBe('simulated');
    const db = await open(config());
    const { alerts } = await countAlerts(db);
    expect(alerts).toBeGreaterThan(20);
    expect(await allRounds(db)).toHaveLength(1);
    await db.destroy();
    expect(told).toEqual([expect.stringContaining(join(folder.path, 'simulated', 'finkvra.sqlite'))]);
    expect(existsSync(join(folder.path, 'finkvra.sqlite'))).toBe(false);
    expect(readdirSync(join(folder.path, 'simulated', 'archive'))).toHaveLength(1);
    await (await open(config())).destroy();
    expect(told).toHaveLength(1);
    // Real alerts begin afresh beside them.
    const real = await open(config({ SOURCE: 'none' }));
    expect((await countAlerts(real)).alerts).toBe(0);
    await real.destroy();
  });

  test('with both parts them: real labels stay, a copy of all is kept, and the round can end', async () => {
    await olderStore(true, true);
    expect(config().source).toBe('none');
    const db = await open(config());
    expect((await countAlerts(db)).alerts).toBe(REAL);
    expect((await countAlerts(db)).pool).toBe((await readPool(db, null)).length);
    const [round, ...others] = await allRounds(db);
    expect(others).toEqual([]);
    const left = await candidatesOf(db, round?.id ?? 0);
    expect(left.every(({ object_id }) => object_id.startsWith('ZTF'))).toBe(true);
    expect(left.length).toBeGreaterThan(5);
    // Were the open candidate a simulated one, nobody could answer it any more.
    const open_ = left.filter(({ state }) => state === 'open').length;
    expect(round?.state).toBe(open_ === 0 ? 'training' : 'open');
    const labels = await db.selectFrom('labels').select('object_id').execute();
    expect(labels).toHaveLength(left.length - open_);
    await expect(db.deleteFrom('answers').execute()).rejects.toThrow('append-only');
    await db.destroy();
    expect(readdirSync(join(folder.path, 'archive'))).toHaveLength(1);

    const copy = await open(config({ SOURCE: 'simulated' }));
    expect((await countAlerts(copy)).alerts).toBeGreaterThan(REAL + 20);
    await copy.destroy();
    expect(told).toHaveLength(1);
  });

  test('with real alerts alone stays as it is', async () => {
    await olderStore(false, true);
    const db = await open(config());
    expect((await countAlerts(db)).alerts).toBe(REAL);
    await db.destroy();
    expect(told).toEqual([]);
    expect(existsSync(join(folder.path, 'simulated'))).toBe(false);
    expect(lookIntoStore(join(folder.path, 'finkvra.sqlite'))).toEqual({
      kind: 'real',
      real: true,
      simulated: false,
    });
  });

  test('moves on where the last process ended while it moved', async () => {
    await olderStore(true, false);
    const db = await openStore(join(folder.path, 'finkvra.sqlite'));
    await keepValue(db, 'kind', '"simulated"');
    await db.destroy();
    mkdirSync(join(folder.path, 'simulated'));
    renameSync(join(folder.path, 'archive'), join(folder.path, 'simulated', 'archive'));
    const moved = await open(config());
    expect((await countAlerts(moved)).alerts).toBeGreaterThan(20);
    await moved.destroy();
    expect(existsSync(join(folder.path, 'finkvra.sqlite'))).toBe(false);
  });

  test('is not touched while a service works on it, or another program has it open', async () => {
    await olderStore(true, false);
    const unlock = takeServiceLock(folder.path);
    await expect(open(config())).rejects.toThrow('Another finkvra service');
    unlock();
    const reader = await openStore(join(folder.path, 'finkvra.sqlite'));
    await countAlerts(reader);
    await expect(open(config())).rejects.toThrow(/Another program has .* open: stop it/);
    await reader.destroy();
    await (await open(config())).destroy();
    expect(told).toHaveLength(1);
  });
});

test('files of another team are forgotten, those of another channel are not', async () => {
  const db = await openStore(':memory:');
  const upload = { key: 'card:1', fileId: 'F1', error: null, at: clock().toISOString() };
  expect(await rememberWorkspace(db, { team: 'T1', channel: 'C1' })).toBe(false);
  await keepUpload(db, upload);
  expect(await rememberWorkspace(db, { team: 'T1', channel: 'C2' })).toBe(false);
  expect(await fileIdOf(db, 'card:1')).toBe('F1');
  expect(await rememberWorkspace(db, { team: 'T2', channel: 'C2' })).toBe(true);
  expect(await fileIdOf(db, 'card:1')).toBeNull();
  await db.destroy();
});
