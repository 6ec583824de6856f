import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import { scenario } from '../helpers/scenario.ts';
import {
  eventually,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startService,
  temporaryFolder,
} from '../helpers/service.ts';

const ROUND = 8;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe('the service outlives Slack, in real time', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let sandbox: Sandbox;
  let service: RunningService;

  const openWorkspace = (port: number): Promise<Sandbox> =>
    startRoomySandbox({ port, databasePath: join(folder.path, 'workspace.sqlite') });

  beforeEach(async () => {
    folder = temporaryFolder();
    sandbox = await openWorkspace(0);
    const dataDir = join(folder.path, 'data');
    await scenario.load(dataDir);
    service = startService({
      DATA_DIR: dataDir,
      SOURCE: 'none',
      NEXT_ROUND: 'at-once',
      FIRST_ROUND_SIZE: String(ROUND),
      ...slackSettings(sandbox),
    });
    await eventually('cards', () => messagesOf(sandbox, 'card').length === ROUND, service.log);
    await eventually('connections', () => sandbox.connections() === 2, service.log);
    await answerOne();
  });

  afterEach(async () => {
    await service.kill();
    await sandbox.stop();
    folder.remove();
  });

  /** One more card is answered, and the channel shows it. */
  const answerOne = async (): Promise<void> => {
    const [card] = openCards(sandbox);
    const [user] = sandbox.users;
    if (card === undefined || user === undefined) throw new Error('nothing to answer');
    const left = openCards(sandbox).length;
    const { outcome } = await sandbox.act.click({
      user: user.id,
      ts: card.ts,
      actionId: 'answer_galactic',
    });
    expect(outcome).toBe('acknowledged');
    await eventually('decided card', () => openCards(sandbox).length === left - 1, service.log);
  };

  const isBack = async (ms = MINUTE): Promise<void> => {
    await eventually('connections', () => sandbox.connections() === 2, service.log, ms);
    expect(service.child.exitCode).toBeNull();
    await answerOne();
    const keys = sandbox.messages().map(({ metadata }) => metadata?.event_payload.key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(messagesOf(sandbox, 'card')).toHaveLength(ROUND);
  };

  /** Nobody listens at Slack's address for this long. */
  const unplug = async (ms: number): Promise<void> => {
    const port = Number(new URL(sandbox.url).port);
    await sandbox.stop();
    await sleep(ms);
    sandbox = await openWorkspace(port);
  };

  const countOf = (words: string): number => service.log().split(words).length - 1;

  test('both connections dropped and 503 on reopening for 8 s', async () => {
    await sandbox.faults.failNext(1e6, { method: 'apps.connections.open', status: 503 });
    await sandbox.faults.dropConnections();
    await sleep(8 * SECOND);
    await sandbox.faults.clear();
    await isBack();
    expect(countOf('Slack is away')).toBe(1);
    expect(countOf('Slack is back')).toBe(1);
  });

  test('an ordinary refresh of one connection that meets three 503', async () => {
    await sandbox.faults.failNext(3, { method: 'apps.connections.open', status: 503 });
    await sandbox.faults.refreshConnections('one');
    await sleep(12 * SECOND);
    await isBack();
  });

  test('the network away for 40 s', async () => {
    await unplug(40 * SECOND);
    await isBack();
  });

  test('connections that stay open while nothing comes through are noticed, and others take their place', async () => {
    await sandbox.faults.silenceConnections();
    expect(sandbox.connections()).toBe(0);
    await isBack();
  });

  test('asleep for a minute', async () => {
    service.child.kill('SIGSTOP');
    await sleep(MINUTE);
    service.child.kill('SIGCONT');
    await isBack();
  });

  test('a store that another program holds for 12 s delays an answer, and drops no connection', async () => {
    const file = new DatabaseSync(join(folder.path, 'data', 'finkvra.sqlite'), { timeout: 5000 });
    file.exec('begin immediate');
    const [card] = openCards(sandbox);
    const [user] = sandbox.users;
    if (card === undefined || user === undefined) throw new Error('nothing to answer');
    const left = openCards(sandbox).length;
    const waiting = sandbox.act.click({ user: user.id, ts: card.ts, actionId: 'answer_galactic' });
    await sleep(12 * SECOND);
    expect(sandbox.connections()).toBe(2);
    expect((await waiting).outcome).toBe('timeout');
    expect(sandbox.ephemerals(user.id).some(({ text }) => text.includes('Not stored yet'))).toBe(true);
    file.exec('rollback');
    file.close();
    await eventually('decided card', () => openCards(sandbox).length === left - 1, service.log);
    await isBack();
  });

  test('ten minutes away', { timeout: 13 * MINUTE }, async () => {
    await unplug(10 * MINUTE);
    await isBack();
    expect(countOf('Slack is away')).toBe(1);
    expect(countOf('Slack is back')).toBe(1);
  });
});
