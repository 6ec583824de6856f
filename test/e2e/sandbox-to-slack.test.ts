import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from 'slack-sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { keepAlerts } from '../../src/store/intake/alerts.ts';
import { beginPull, finishPull } from '../../src/store/intake/pulls.ts';
import { openStore } from '../../src/store/open-store.ts';
import { alertWith } from '../helpers/alerts.ts';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import {
  eventually,
  finkvra,
  messagesOf,
  type RunningService,
  slackSettings,
  startService,
  subjectOf,
  temporaryFolder,
} from '../helpers/service.ts';

const ROUND = 4;
const SMALL = { SANDBOX_PORT: '0', SIMULATION_SIZE: '60', FIRST_ROUND_SIZE: String(ROUND) };

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;
/** Stands for the team's Slack. */
let slack: Sandbox;
let service: RunningService | null;

beforeEach(async () => {
  folder = temporaryFolder();
  dataDir = join(folder.path, 'data');
  slack = await startRoomySandbox();
  service = null;
});
afterEach(async () => {
  await service?.stop();
  await slack.stop();
  folder.remove();
});

/** What Fink sent: made-up alerts of real names in the store for real alerts. */
const realAlerts = async (): Promise<void> => {
  const db = await openStore(join(dataDir, 'finkvra.sqlite'));
  const at = new Date().toISOString();
  const pull = await beginPull(db, 'topic fink_vra_ztf', at);
  const alerts = Array.from({ length: 12 }, (_, i) =>
    alertWith({
      candid: `30631763100150150${10 + i}`,
      objectId: `ZTF25aapaf${'abcdefghijkl'[i]}q`,
      ra: 10 + 5 * i,
    }),
  );
  await keepAlerts(
    db,
    alerts.map((alert) => ({ alert, features: alertFeatures(alert) })),
    pull,
    at,
  );
  await finishPull(db, pull, at, null);
  await db.destroy();
};

const inSandbox = async (more: Record<string, string> = {}): Promise<RunningService> => {
  const running = startService({ DATA_DIR: dataDir, ...SMALL, ...more });
  service = running;
  await eventually('round in the sandbox', () => running.log().includes('round opened'), running.log);
  return running;
};

const onSlack = (): RunningService => {
  service = startService({
    DATA_DIR: dataDir,
    ...SMALL,
    ...slackSettings(slack),
    SOURCE: 'none',
    NEXT_ROUND: 'at-once',
  });
  return service;
};

const objectsOnSlack = async (running: RunningService): Promise<string[]> => {
  const cards = await eventually(
    'cards in the team’s channel',
    () => {
      const all = messagesOf(slack, 'card');
      return all.length === ROUND && all;
    },
    running.log,
  );
  return cards.map((card) => subjectOf(card).object);
};

const storeOf = async (env: Record<string, string>): Promise<string> =>
  (await finkvra(['status'], { DATA_DIR: dataDir, ...env })).stderr;

test('who tries the sandbox first and then sets the tokens gets real cards in the channel', async () => {
  const tried = await inSandbox();
  expect(tried.log()).toContain(join(dataDir, 'simulated', 'finkvra.sqlite'));
  expect(await tried.stop()).toBe(0);
  await realAlerts();

  const running = onSlack();
  expect((await objectsOnSlack(running)).every((name) => name.startsWith('ZTF'))).toBe(true);
  // What the start found is said.
  await eventually('words of the start', () => running.log().includes('next pull'), running.log);
  expect(running.log()).toContain('team: ');
  expect(running.log()).toMatch(/channel: #\S+ \(C/);
  expect(running.log()).toMatch(/scopes: /);
  expect(running.log()).toContain('next round: ');
  expect(await running.stop()).toBe(0);

  // Each command opens the store that the service would open with the same settings, and says which.
  expect(await storeOf({ ...slackSettings(slack), SOURCE: 'none' })).toContain(
    join(dataDir, 'finkvra.sqlite'),
  );
  expect(await storeOf({})).toContain(join(dataDir, 'finkvra.sqlite'));
  expect(await storeOf({ SOURCE: 'simulated' })).toContain(join(dataDir, 'simulated', 'finkvra.sqlite'));
});

test('an older folder with the sandbox’s round in it does the same, and keeps what was simulated', async () => {
  const old = join(folder.path, 'old');
  dataDir = old;
  await (await inSandbox({ SOURCE: 'simulated' })).stop();
  // Where versions before kept it.
  for (const name of ['finkvra.sqlite', 'sandbox.sqlite', 'archive'])
    renameSync(join(old, 'simulated', name), join(old, name));
  rmSync(join(old, 'simulated'), { recursive: true });
  const db = await openStore(join(old, 'finkvra.sqlite'));
  await db.deleteFrom('facts').where('name', '=', 'kind').execute();
  await db.destroy();
  await realAlerts();

  const running = onSlack();
  expect((await objectsOnSlack(running)).every((name) => name.startsWith('ZTF'))).toBe(true);
  expect(await running.stop()).toBe(0);
  const kept = JSON.parse(
    (await finkvra(['export', 'candidates', '--json'], { DATA_DIR: old, SOURCE: 'simulated' })).stdout,
  );
  expect(kept).toHaveLength(ROUND);
  expect(kept[0].object_id).toMatch(/^SIM/);
});

test('real alerts can be labelled in the sandbox; with the tokens set, the open round moves to the channel', async () => {
  await realAlerts();
  const tried = await inSandbox();
  const words = `store: ${join(dataDir, 'finkvra.sqlite')}`;
  await eventually('words of the start', () => tried.log().includes(words), tried.log);
  expect(await tried.stop()).toBe(0);
  const [round] = JSON.parse((await finkvra(['export', 'rounds', '--json'], { DATA_DIR: dataDir })).stdout);
  expect(round).toMatchObject({ round: 1, state: 'open' });

  const running = onSlack();
  expect((await objectsOnSlack(running)).every((name) => name.startsWith('ZTF'))).toBe(true);
  await eventually('header', () => messagesOf(slack, 'header', 1).length === 1, running.log);
});

test('real alerts do not go into the store of simulated nights', async () => {
  const env = { DATA_DIR: dataDir, SIMULATION_SIZE: '60' };
  expect((await finkvra(['pull'], env)).code).toBe(0);
  const refused = await finkvra(['pull', '--from', folder.path], env);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/store of simulated nights, into which nothing real goes\. Set SOURCE=none/);
});

test('a backup of real alerts is restored where real alerts live, also in a folder where nothing says so', async () => {
  await realAlerts();
  const env = { DATA_DIR: dataDir };
  const copy = join(folder.path, 'copy.sqlite');
  const made = await finkvra(['backup', '--to', copy], env);
  expect(made.code, made.stderr).toBe(0);
  const fresh = join(folder.path, 'fresh');
  const restored = await finkvra(['restore', copy, '--json'], { DATA_DIR: fresh });
  expect(restored.code, restored.stderr).toBe(0);
  expect(JSON.parse(restored.stdout).store).toBe(join(fresh, 'finkvra.sqlite'));
});
