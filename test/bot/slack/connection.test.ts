import dns from 'node:dns';
import { App } from '@slack/bolt';
import { pino } from 'pino';
import { type Sandbox, startSandbox } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Connection, connect } from '../../../src/bot/slack/connection/connect.ts';
import type { FinkvraError } from '../../../src/lib/errors.ts';
import { eventually } from '../../helpers/service.ts';
import { startTeam, type Team, type TeamOptions } from '../../helpers/team.ts';

/** The service's own pauses are 0.5 to 30 s. */
const backOff = { firstMs: 20, longestMs: 200 };
const OPEN = 'apps.connections.open';

/** A log that can be read. */
const recorder = () => {
  const lines: string[] = [];
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(line) });
  const count = (words: string): number => lines.filter((line) => line.includes(words)).length;
  return { log, count };
};

describe('a team whose Slack goes away', () => {
  let team: Team;
  let seen: ReturnType<typeof recorder>;
  let fatal: FinkvraError[];
  afterEach(() => team.stop());

  const start = async (options: Omit<TeamOptions, 'bot'> = {}): Promise<void> => {
    seen = recorder();
    fatal = [];
    const onIncurable = (error: FinkvraError): void => void fatal.push(error);
    team = await startTeam({ ...options, bot: { backOff, log: seen.log, onIncurable } });
  };

  const refused = (times: number): Promise<unknown> =>
    eventually(`${times} refusals`, () => seen.count('could not be opened') >= times);

  /** Everything works as before: both connections, an answer that is kept, each message once. */
  const isWhole = async (): Promise<void> => {
    await eventually('two connections', () => team.sandbox.connections() >= 2);
    const card = (await team.cards(1, 6)).find((one) => one.blocks.some(({ type }) => type === 'actions'));
    if (card === undefined) throw new Error('no open card');
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    const keys = team.sandbox.messages().map(({ metadata }) => metadata?.event_payload.key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(fatal).toEqual([]);
  };

  test('both connections dropped, reopening refused with 503: they come back, said once each', async () => {
    await start();
    await isWhole();
    await team.sandbox.faults.failNext(Number.POSITIVE_INFINITY, { method: OPEN, status: 503 });
    await team.sandbox.faults.dropConnections();
    await refused(12);
    await team.sandbox.faults.clear();
    await isWhole();
    expect(seen.count('Slack is away')).toBe(1);
    expect(seen.count('Slack is back')).toBe(1);
  });

  test('an ordinary refresh that meets three refusals leaves the other connection, and nothing is said', async () => {
    await start();
    await eventually('two connections', () => team.sandbox.connections() === 2);
    await team.sandbox.faults.failNext(3, { method: OPEN, status: 503 });
    await team.sandbox.faults.refreshConnections('one');
    await refused(3);
    await isWhole();
    expect(seen.count('Slack is away')).toBe(0);
  });

  test('a click that is still on its way into the store when its connection is refreshed is acknowledged', async () => {
    seen = recorder();
    fatal = [];
    const people = { labellers: { users: [], groups: ['S0ASTRONOMERS'] }, operators: 'everyone' } as const;
    team = await startTeam({
      bot: { backOff, log: seen.log, people },
      prepare: ({ sandbox }) => sandbox.faults.slowAnswers(1500, 'usergroups.users.list'),
    });
    const [card] = await team.cards(1, 6);
    await eventually('two connections', () => team.sandbox.connections() === 2);
    const click = team.sandbox.act.click({
      user: team.vera,
      ts: card?.ts ?? '',
      actionId: 'answer_galactic',
    });
    await team.sandbox.faults.refreshConnections('all');
    expect((await click).outcome).toBe('acknowledged');
    await isWhole();
  });

  test('the network away: nothing is lost, before or after', async () => {
    await start();
    await isWhole();
    await team.sandbox.faults.goAway();
    await refused(8);
    await team.sandbox.faults.comeBack();
    await isWhole();
    const labels = await team.db.selectFrom('labels').select('object_id').execute();
    expect(labels).toHaveLength(2);
    expect(seen.count('Slack is away')).toBe(1);
    expect(seen.count('Slack is back')).toBe(1);
  });

  test('a start while Slack is away waits for it, and joins the channel before it posts', async () => {
    await start({ prepare: ({ sandbox }) => sandbox.faults.goAway() });
    await eventually('word of it', () => seen.count('the bot waits for it') === 1);
    await team.sandbox.faults.comeBack();
    await isWhole();
  });

  test.each([
    ['internal_error', 'Slack’s own fault'],
    ['ratelimited', 'its limit'],
    ['team_added_to_org', 'a workspace on the move'],
    ['a_word_of_tomorrow', 'one that nobody knows'],
  ])('%s on reopening (%s) is waited out', async (error) => {
    await start();
    await team.sandbox.faults.failNext(4, { method: OPEN, error });
    await team.sandbox.faults.dropConnections();
    await refused(4);
    await isWhole();
  });

  test('a handshake that is cut, or a connection closed as soon as it is open, is tried again', async () => {
    await start();
    await team.sandbox.faults.failNext(4, { method: 'link', cut: true });
    await team.sandbox.faults.dropConnections();
    await refused(4);
    await isWhole();
  });

  test.each([
    ['token_revoked', 'SLACK_APP_TOKEN (token_revoked): it was revoked'],
    ['invalid_auth', 'SLACK_APP_TOKEN (invalid_auth): Slack does not know it'],
    ['account_inactive', 'no longer installed'],
  ])('%s on reopening is said once to whoever runs the service', async (error, words) => {
    await start();
    await team.sandbox.faults.refuseTokens(error, 'app');
    await eventually('the end', () => fatal.length > 0);
    expect(fatal).toHaveLength(1);
    expect(fatal[0]?.message).toContain(words);
    await team.sandbox.faults.refuseTokens(null);
  });

  test('Socket Mode turned off is said once to whoever runs the service', async () => {
    await start();
    await team.sandbox.faults.turnSocketMode(false);
    await eventually('the end', () => fatal.length > 0);
    expect(fatal.map(({ message }) => message)).toEqual([
      expect.stringContaining('turn it on (app page > Socket Mode)'),
    ]);
  });
});

describe('a connection', () => {
  let sandbox: Sandbox;
  let connection: Connection;
  let seen: ReturnType<typeof recorder>;

  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
    seen = recorder();
    const { botToken, appToken, channel, apiUrl } = sandbox;
    const slack = {
      botToken,
      appToken,
      channel,
      apiUrl: apiUrl.replace('127.0.0.1', 'localhost'),
      http: null,
      postsPerSecond: 1,
    };
    connection = connect({
      slack,
      clientOptions: { slackApiUrl: slack.apiUrl },
      log: seen.log,
      backOff,
      onIncurable: (error) => expect.unreachable(error.message),
    });
    const app = new App({ receiver: connection.receiver, authorize: async () => ({ botToken }) });
    app.error(async () => undefined);
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await connection.stop();
    await sandbox.stop();
  });

  test('whose address has no name any more comes back when it has', async () => {
    await connection.start();
    const noName = Object.assign(new Error('getaddrinfo ENOTFOUND localhost'), { code: 'ENOTFOUND' });
    const lookup = vi.spyOn(dns, 'lookup');
    lookup.mockImplementation(((_name: string, _options: unknown, done: (error: Error) => void) =>
      done(noName)) as never);
    await sandbox.faults.goAway(50);
    await eventually('refusals', () => seen.count('ENOTFOUND') > 4);
    lookup.mockRestore();
    await eventually('two connections', () => sandbox.connections() === 2);
  });

  test('that stops while Slack is away stops at once', async () => {
    await connection.start();
    await sandbox.faults.goAway();
    await eventually('word of it', () => seen.count('Slack is away') === 1);
    const since = performance.now();
    await connection.stop();
    expect(performance.now() - since).toBeLessThan(500);
  });

  test('that is stopped leaves Slack’s side too', async () => {
    await connection.start();
    await eventually('two connections', () => sandbox.connections() === 2);
    await connection.stop();
    await eventually('no connection', () => sandbox.connections() === 0);
  });
});
