import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Sandbox, type StoredMessage, startSandbox } from 'slack-sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scenario } from '../helpers/scenario.ts';
import {
  eventually,
  finkvra,
  finkvraProcess,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startService,
  temporaryFolder,
} from '../helpers/service.ts';

const ROUND = 12;

/** Values that no output may show, one for each setting that holds a secret. */
const SECRETS = {
  LASAIR_TOKEN: 'planted-lasair-token-4f1d',
  KAFKA_USERNAME: 'somebody',
  KAFKA_PASSWORD: 'planted kafka$password 5a2e',
  MLFLOW_TRACKING_USERNAME: 'somebody',
  MLFLOW_TRACKING_PASSWORD: 'planted-mlflow-password-77b0',
  MLFLOW_TRACKING_URI: 'http://127.0.0.1:9/',
  LASAIR_ENDPOINT: 'http://somebody:planted-lasair-password-08f4@127.0.0.1:9/api',
} as const;

// One process after the other, each test goes on where the last one stopped: starting costs seconds.
describe('the service as a process', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let env: Record<string, string>;
  let sandbox: Sandbox;
  let service: RunningService;
  let said = '';

  const start = async (): Promise<void> => {
    service = startService(env);
    await eventually('cards', () => messagesOf(sandbox, 'card').length === ROUND, service.log);
    await eventually('connections', () => sandbox.connections() === 2, service.log);
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    sandbox = await startSandbox({ port: 0, databasePath: ':memory:', postBurst: 500, callBurst: 1000 });
    env = {
      DATA_DIR: folder.path,
      SOURCE: 'none',
      NEXT_ROUND: 'at-once',
      FIRST_ROUND_SIZE: String(ROUND),
      LABELLERS: 'S0ASTRONOMERS',
      LOG_LEVEL: 'trace',
      ...SECRETS,
      ...slackSettings(sandbox),
    };
    await scenario.load(folder.path);
  });

  afterAll(async () => {
    await service.kill();
    await sandbox.stop();
    folder.remove();
  });

  const vera = (): string => sandbox.users[0]?.id ?? '';

  const anOpenCard = (): StoredMessage => {
    const [card] = openCards(sandbox);
    if (card === undefined) throw new Error('no open card');
    return card;
  };

  const answer = (card: StoredMessage) =>
    sandbox.act.click({ user: vera(), ts: card.ts, actionId: 'answer_galactic' });

  const isDecided = (card: StoredMessage) => (): boolean =>
    openCards(sandbox).every(({ ts }) => ts !== card.ts);

  const labels = async (): Promise<number> =>
    JSON.parse((await finkvra(['export', 'labels', '--format', 'json'], env)).stdout).length;

  test('killed right after an acknowledgement that waited for a slow user group, it has the answer', async () => {
    await sandbox.faults.slowAnswers(2000, 'usergroups.users.list');
    await start();
    const card = anOpenCard();
    const { outcome } = await answer(card);
    await service.kill();
    said += service.log();
    expect(outcome).toBe('acknowledged');
    expect(await labels()).toBe(1);
    await sandbox.faults.clear();
    await start();
    await eventually('decided card', isDecided(card), service.log);
  });

  test('a store held by another program: the person is told, reading goes on, and the click is kept', async () => {
    const file = new DatabaseSync(join(folder.path, 'finkvra.sqlite'), { timeout: 5000 });
    file.exec('begin immediate');
    const card = anOpenCard();
    const waiting = answer(card);
    await eventually(
      'word of it',
      () => sandbox.ephemerals(vera()).some(({ text }) => text.includes('Not stored yet')),
      service.log,
    );
    // What only reads is answered at once: the thread is not blocked.
    const read = await sandbox.act.command({ user: vera(), command: '/finkvra', text: 'help' });
    expect(read.outcome).toBe('acknowledged');
    expect(read.ms).toBeLessThan(500);
    expect((await waiting).outcome).toBe('timeout');
    expect(isDecided(card)()).toBe(false);
    file.exec('rollback');
    file.close();
    await eventually('decided card', isDecided(card), service.log);
    expect(sandbox.connections()).toBe(2);
    expect(await labels()).toBe(2);
  });

  test('asleep while its connections were cut, it goes on when it wakes', async () => {
    service.child.kill('SIGSTOP');
    await sandbox.faults.dropConnections();
    await eventually('no connection', () => sandbox.connections() === 0);
    service.child.kill('SIGCONT');
    await eventually('connections', () => sandbox.connections() === 2, service.log);
    const card = anOpenCard();
    expect((await answer(card)).outcome).toBe('acknowledged');
    await eventually('decided card', isDecided(card), service.log);
  });

  test('a token that is revoked ends it in order, with one sentence and exit code 1', async () => {
    const ended = new Promise<number | null>((resolve) => service.child.once('close', resolve));
    await sandbox.faults.refuseTokens('token_revoked');
    expect(await ended).toBe(1);
    const words = service.log();
    said += words;
    expect(words.split('\n').filter((line) => line.startsWith('finkvra: '))).toEqual([
      expect.stringContaining('Slack does not accept SLACK_APP_TOKEN (token_revoked): it was revoked.'),
    ]);
    expect(words).toContain('stopping; whatever is under way goes on at the next start');
    expect(words).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
  });

  test('a wrong bot token is a sentence, no stack trace', async () => {
    await sandbox.faults.clear();
    service = startService({ ...env, SLACK_BOT_TOKEN: 'xoxb-planted-wrong-token-3c9a', LOG_LEVEL: 'info' });
    expect(await new Promise((resolve) => service.child.once('close', resolve))).toBe(1);
    said += service.log();
    expect(service.log()).toContain('finkvra: Slack does not accept SLACK_BOT_TOKEN (invalid_auth)');
    expect(service.log()).not.toMatch(/^\s+at /m);
  });

  test('no secret was in anything that it said, nor in what doctor says', async () => {
    const doctor = await finkvraProcess(['doctor'], env);
    const signed = { ...env, SLACK_SIGNING_SECRET: 'planted-signing-secret-6e6d' };
    const overHttp = await finkvraProcess(['doctor', '--json'], signed);
    said += doctor.stdout + doctor.stderr + overHttp.stdout + overHttp.stderr;
    expect(said.length).toBeGreaterThan(10_000);
    expect(said).not.toContain('planted');
    expect(said).not.toContain(sandbox.botToken);
    expect(said).not.toContain(sandbox.appToken);
  });
});
