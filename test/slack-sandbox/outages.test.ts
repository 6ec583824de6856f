import type { App } from '@slack/bolt';
import { type Sandbox, startSandbox } from 'slack-sandbox';
import { connectToSandbox } from 'slack-sandbox/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBoltApp, until } from './bolt-app.ts';
import { clientOf, connectRaw, outcome, type RawConnection } from './web-client.ts';

let sandbox: Sandbox;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await sandbox.stop();
});

const bot = () => clientOf(sandbox);
const openConnection = () => clientOf(sandbox, sandbox.appToken).apps.connections.open({});
const post = (text = 'a') => bot().chat.postMessage({ channel: sandbox.channel, text });

const connect = async (): Promise<RawConnection> => {
  const connection = await connectRaw(sandbox);
  stops.unshift(async () => connection.close());
  return connection;
};

describe('a Slack that is away', () => {
  it('answers the opening of connections with what it was told, in that order, and then as usual', async () => {
    const method = 'apps.connections.open';
    await sandbox.faults.failNext(2, { method, status: 503 });
    await sandbox.faults.failNext(1, { method, error: 'internal_error' });
    await sandbox.faults.failNext(1, { method, cut: true });
    const seen: unknown[] = [];
    for (let call = 0; call < 5; call += 1) seen.push(await outcome(openConnection()));
    expect(seen).toEqual([503, 503, 'internal_error', 'UND_ERR_SOCKET', 'ok']);
    expect(await outcome(post())).toBe('ok');
  });

  it('fails for a time', async () => {
    await sandbox.faults.failNext(Number.POSITIVE_INFINITY, {
      method: 'apps.connections.open',
      status: 503,
      forMs: 150,
    });
    expect(await outcome(openConnection())).toBe(503);
    await until(async () => (await outcome(openConnection())) === 'ok', 'the end of the fault');
    expect((await sandbox.faults.state()).calls).toEqual([]);
  });

  it('refuses the handshake of a connection', async () => {
    await sandbox.faults.failNext(1, { method: 'link', status: 503 });
    expect((await connect()).closed()).toBe(true);
    expect((await connect()).closed()).toBe(false);
  });

  it('is gone altogether, connections included, and comes back at the same address', async () => {
    const { said, closed } = await connect();
    await sandbox.faults.goAway();
    await until(closed, 'the end of the connection');
    expect(said()).toEqual([]);
    expect(sandbox.connections()).toBe(0);
    expect(await outcome(post())).toBe('ECONNREFUSED');
    await sandbox.faults.comeBack();
    expect(await outcome(post())).toBe('ok');
    expect((await connect()).closed()).toBe(false);
  });

  it('comes back by itself after a time, also where it was sent away over HTTP', async () => {
    await connectToSandbox(sandbox.url).faults.goAway(150);
    await until(async () => (await outcome(post())) === 'ECONNREFUSED', 'the outage');
    await until(async () => (await outcome(post())) === 'ok', 'the return');
  });

  it('leaves connections open through which nothing comes, until the app notices and opens others', async () => {
    let runs = 0;
    const register = (app: App): void => {
      app.action('answer', async ({ ack }) => {
        runs += 1;
        await ack();
      });
    };
    const { stop } = await startBoltApp(sandbox, register, 2, 200);
    stops.unshift(stop);
    const { ts } = await bot().chat.postMessage({
      channel: sandbox.channel,
      text: 'a',
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'answer', text: { type: 'plain_text', text: 'A' } }],
        },
      ],
    });
    const click = () => sandbox.act.click({ user: 'U0VERA', ts: String(ts), actionId: 'answer' });
    await sandbox.faults.silenceConnections();
    expect(sandbox.connections()).toBe(0);
    const lost = click();
    await until(() => sandbox.connections() === 2, 'two new connections');
    expect(await click()).toMatchObject({ outcome: 'acknowledged' });
    expect(await lost).toMatchObject({ outcome: 'timeout' });
    expect(runs).toBe(1);
  });

  it('stops in the middle of an outage', async () => {
    await sandbox.faults.goAway(60_000);
    await sandbox.stop();
    expect(await outcome(post())).toBe('ECONNREFUSED');
    sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
  });
});

describe('what waiting does not cure', () => {
  it.each(['invalid_auth', 'token_revoked', 'account_inactive'])('refuses tokens with %s', async (error) => {
    const { closed } = await connect();
    await sandbox.faults.refuseTokens(error);
    await until(closed, 'the end of the connection');
    expect(await outcome(bot().auth.test())).toBe(error);
    expect(await outcome(openConnection())).toBe(error);
    await sandbox.faults.refuseTokens(null);
    expect(await outcome(bot().auth.test())).toBe('ok');
    expect(await outcome(openConnection())).toBe('ok');
  });

  it('refuses one of the two tokens', async () => {
    const { closed } = await connect();
    await sandbox.faults.refuseTokens('token_revoked', 'bot');
    expect(await outcome(bot().auth.test())).toBe('token_revoked');
    expect(await outcome(openConnection())).toBe('ok');
    expect(closed()).toBe(false);
  });

  it('turns Socket Mode off: connections are told so, and new ones refused, until it is on again', async () => {
    const { said, closed } = await connect();
    await sandbox.faults.turnSocketMode(false);
    await until(closed, 'the end of the connection');
    expect(said()).toMatchObject([{ type: 'disconnect', reason: 'link_disabled' }]);
    expect(await outcome(openConnection())).toBe('socket_mode_not_enabled');
    expect(await outcome(post())).toBe('ok');
    await sandbox.faults.turnSocketMode(true);
    expect((await connect()).closed()).toBe(false);
  });
});

describe('faults of single calls', () => {
  it('go by method and number, each on its own', async () => {
    const history = () => bot().conversations.history({ channel: sandbox.channel });
    const replies = () => bot().conversations.replies({ channel: sandbox.channel, ts: '1.000000' });
    await sandbox.faults.rateLimitNext(1, 'conversations.history', 7);
    await sandbox.faults.failNext(1, { method: 'conversations.history', error: 'token_revoked' });
    await sandbox.faults.failNext(2, { method: 'chat.postMessage', error: 'message_not_found' });
    await sandbox.faults.failNext(Number.POSITIVE_INFINITY, {
      method: 'conversations.replies',
      error: 'internal_error',
    });
    expect(await outcome(post())).toBe('message_not_found');
    expect(await outcome(history())).toBe(7);
    expect(await outcome(history())).toBe('token_revoked');
    expect(await outcome(history())).toBe('ok');
    expect(await outcome(post())).toBe('message_not_found');
    expect(await outcome(post())).toBe('ok');
    for (let call = 0; call < 3; call += 1) expect(await outcome(replies())).toBe('internal_error');
    await sandbox.faults.lift('conversations.replies');
    expect(await outcome(replies())).toBe('thread_not_found');
  });

  it('tell a post that was carried out from one that was not, though the caller sees the same', async () => {
    await sandbox.faults.failNext(1, { method: 'chat.postMessage', cut: true });
    await sandbox.faults.loseNextAnswer(1, 'chat.postMessage');
    expect(await outcome(post('cut before'))).toBe('UND_ERR_SOCKET');
    expect(await outcome(post('cut after'))).toBe('UND_ERR_SOCKET');
    expect(sandbox.messages().map(({ text }) => text)).toEqual(['cut after']);
  });

  it('slow one method and leave the others', async () => {
    await sandbox.faults.slowAnswers(200, 'usergroups.users.list');
    await sandbox.faults.failNext(1, { method: 'usergroups.users.list', error: 'internal_error' });
    const ask = async (): Promise<[unknown, boolean]> => {
      const start = performance.now();
      const seen = await outcome(bot().usergroups.users.list({ usergroup: 'S0ASTRONOMERS' }));
      return [seen, performance.now() - start >= 199];
    };
    expect(await ask()).toEqual(['internal_error', true]);
    expect(await ask()).toEqual(['ok', true]);
    expect(await outcome(bot().auth.test())).toBe('ok');
    await sandbox.faults.slowAnswers(0, 'usergroups.users.list');
    expect(await ask()).toEqual(['ok', false]);
  });

  it('reach response_url and uploads too', async () => {
    const { app, stop } = await startBoltApp(sandbox, (it) => {
      it.command('/finkvra', async ({ ack, respond }) => {
        await ack();
        seen.push(await outcome(respond('first')), await outcome(respond('second')));
      });
    });
    stops.unshift(stop);
    const seen: unknown[] = [];
    await sandbox.faults.failNext(1, { method: 'response_url', status: 503 });
    await sandbox.act.command({ user: 'U0VERA', command: '/finkvra' });
    await until(() => seen.length === 2, 'both answers');
    expect(seen[0]).not.toBe('ok');
    expect(seen[1]).toBe('ok');
    expect(sandbox.ephemerals('U0VERA').map(({ text }) => text)).toEqual(['second']);

    const { upload_url } = await app.client.files.getUploadURLExternal({ filename: 'a.png', length: 3 });
    await sandbox.faults.failNext(1, { method: 'upload', status: 502 });
    expect((await fetch(String(upload_url), { method: 'POST', body: 'abc' })).status).toBe(502);
    expect((await fetch(String(upload_url), { method: 'POST', body: 'abc' })).status).toBe(200);
  });
});
