import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readArchiveFile } from '../../src/pipeline/archive/archive-file.ts';
import { countAlerts } from '../../src/store/intake/counts.ts';
import { pullsSince, unendedPulls } from '../../src/store/intake/pulls.ts';
import { type Db, openStore } from '../../src/store/open-store.ts';
import { eventually, finkvra, spawnFinkvra, startService, temporaryFolder } from '../helpers/service.ts';

const SIMULATED = { SOURCE: 'simulated', SIMULATION_SIZE: '1500' };

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Starts a pull of the simulated night and kills it, as a power cut would, once it has stored something. */
const killedPull = async (dataDir: string, afterMs: number): Promise<void> => {
  const child = spawnFinkvra(['pull'], { DATA_DIR: dataDir, ...SIMULATED });
  const ended = once(child, 'exit');
  const deadline = Date.now() + 30_000;
  while ((await stored(dataDir)) === 0 && Date.now() < deadline) await sleep(20);
  await sleep(afterMs);
  child.kill('SIGKILL');
  await ended;
};

const stored = (dataDir: string): Promise<number> =>
  inStore(dataDir, async (db) => (await countAlerts(db)).alerts);

const inStore = async <T>(dataDir: string, look: (db: Db) => Promise<T>): Promise<T> => {
  const db = await openStore(join(dataDir, 'simulated', 'finkvra.sqlite'));
  try {
    return await look(db);
  } finally {
    await db.destroy();
  }
};
const pullsOf = (dataDir: string) => inStore(dataDir, (db) => pullsSince(db, '2000'));
const unendedPullsOf = (dataDir: string) => inStore(dataDir, unendedPulls);

const alertsOf = async (dataDir: string): Promise<{ candid: string }[]> => {
  const { stdout } = await finkvra(['export', 'alerts', '--json'], { DATA_DIR: dataDir });
  return JSON.parse(stdout).map(({ stored_at: _, ...alert }: { stored_at: string; candid: string }) => alert);
};

test('killed again and again in mid pull, it ends with every alert once, and archives them all', async () => {
  const whole = join(folder.path, 'whole');
  const cut = join(folder.path, 'cut');
  expect((await finkvra(['pull'], { DATA_DIR: whole, ...SIMULATED })).code).toBe(0);
  const counts: number[] = [];
  for (const afterMs of [0, 60, 250]) {
    await killedPull(cut, afterMs);
    counts.push(await stored(cut));
  }
  const { code, stdout } = await finkvra(['pull', '--json'], { DATA_DIR: cut, ...SIMULATED });
  expect(code).toBe(0);
  const expected = await alertsOf(whole);
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[0]).toBeLessThan(expected.length);
  expect(await alertsOf(cut)).toEqual(expected);

  // Each pull that kept something has its file by now, those that were killed too.
  const archived: string[] = [];
  for (const file of readdirSync(join(cut, 'simulated', 'archive'))) {
    for await (const page of readArchiveFile(join(cut, 'simulated', 'archive', file))) {
      archived.push(...page.map(({ alert }) => alert.candid));
    }
  }
  expect(archived.sort()).toEqual(expected.map(({ candid }) => candid).sort());
  expect(JSON.parse(stdout).archives.length).toBeGreaterThan(0);

  // And each has an end: the killed ones when they last stored something, with why.
  const pulls = await pullsOf(cut);
  expect(await unendedPullsOf(cut)).toEqual([]);
  const last = pulls.pop();
  expect(last).toMatchObject({ error: null });
  expect(pulls.length).toBeGreaterThan(0);
  for (const { started_at, finished_at, error } of pulls) {
    expect(error).toContain('ended by a stop');
    expect(Date.parse(finished_at ?? '')).toBeGreaterThanOrEqual(Date.parse(started_at));
    expect(Date.parse(finished_at ?? '')).toBeLessThanOrEqual(Date.parse(last?.started_at ?? ''));
  }
}, 180_000);

test('a service killed in its first pull pulls again when it starts', async () => {
  const dataDir = join(folder.path, 'service');
  const env = { DATA_DIR: dataDir, SANDBOX_PORT: '0', ...SIMULATED, SIMULATION_SIZE: '600' };
  const killed = startService(env);
  await eventually('first alerts', async () => (await stored(dataDir)) > 0, killed.log);
  await killed.kill();
  expect(killed.log()).not.toContain('"pulled"');
  const service = startService(env);
  await eventually('pull to its end', () => service.log().includes('"pulled"'), service.log);
  expect(await service.stop()).toBe(0);
});
