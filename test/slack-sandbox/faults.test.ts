import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '@slack/bolt';
import { type Sandbox, startSandbox } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBoltApp, until } from './bolt-app.ts';

const blocks = [
  {
    type: 'actions' as const,
    elements: [
      {
        type: 'button' as const,
        action_id: 'answer_galactic',
        text: { type: 'plain_text' as const, text: 'Galactic' },
      },
    ],
  },
];

describe('when things go wrong between the app and the workspace', () => {
  let sandbox: Sandbox;
  const stops: (() => Promise<void>)[] = [];
  const start = async (register: (app: App) => void, connections = 1): Promise<App> => {
    const { app, stop } = await startBoltApp(sandbox, register, connections);
    stops.unshift(stop);
    return app;
  };
  const post = async (app: App): Promise<string> =>
    String((await app.client.chat.postMessage({ channel: sandbox.channel, text: 'card', blocks })).ts);
  const click = (ts: string) => sandbox.act.click({ user: 'U0VERA', ts, actionId: 'answer_galactic' });

  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    await sandbox.stop();
  });

  it('says that the app is not connected', async () => {
    const app = await start(() => undefined);
    const ts = await post(app);
    await sandbox.faults.dropConnections();
    await until(() => sandbox.connections() === 0, 'the drop');
    expect(await click(ts)).toMatchObject({ outcome: 'not_connected' });
    await sandbox.act.command({ user: 'U0VERA', command: '/finkvra' });
    expect(sandbox.ephemerals('U0VERA')[0]?.text).toContain('failed with the error "dispatch_failed"');
  });

  it('warns after 3 seconds without an acknowledgement', async () => {
    const app = await start((it) => {
      it.action('answer_galactic', async () => undefined);
      it.command('/finkvra', async () => undefined);
    });
    const [result] = await Promise.all([
      click(await post(app)),
      sandbox.act.command({ user: 'U0VERA', command: '/finkvra' }),
    ]);
    expect(result).toMatchObject({ outcome: 'timeout' });
    expect(result.ms).toBeGreaterThanOrEqual(3_000);
    expect(sandbox.ephemerals('U0VERA')[0]?.text).toContain('failed with the error "operation_timeout"');
  });

  it('delivers an event twice, and Bolt runs the listener twice', async () => {
    let runs = 0;
    const app = await start((it) => {
      it.action('answer_galactic', async ({ ack }) => {
        runs += 1;
        await ack();
      });
    });
    const ts = await post(app);
    await sandbox.faults.duplicateNextEnvelopes(1);
    expect(await click(ts)).toMatchObject({ outcome: 'acknowledged' });
    await until(() => runs === 2, 'the second delivery');
    await click(ts);
    expect(runs).toBe(3);
  });

  it('spreads events over two connections, and a refresh of one loses no click', async () => {
    let runs = 0;
    const app = await start((it) => {
      it.action('answer_galactic', async ({ ack }) => {
        await ack();
        runs += 1;
      });
    }, 2);
    expect(sandbox.connections()).toBe(2);
    const ts = await post(app);
    await sandbox.faults.refreshConnections('one');
    for (let count = 0; count < 6; count += 1) expect((await click(ts)).outcome).toBe('acknowledged');
    await until(() => runs === 6, 'six clicks');
    expect(sandbox.connections()).toBe(1);
  });

  it('delivers an event again over the next connection, where the first was lost before it was acknowledged', async () => {
    const attempts: (number | undefined)[] = [];
    let dropped = false;
    await start((it) => {
      it.use(async ({ context, next }) => {
        attempts.push(context.retryNum);
        if (!dropped) {
          dropped = true;
          await sandbox.faults.dropConnections();
          return;
        }
        await next();
      });
    });
    const result = sandbox.act.openHome({ user: 'U0VERA' });
    await until(() => dropped, 'the first delivery');
    // The app comes back, here by a second connection of its own.
    await start((it) => {
      it.event('app_home_opened', async ({ context }) => {
        attempts.push(context.retryNum);
      });
    });
    expect(await result).toMatchObject({ outcome: 'acknowledged' });
    await until(() => attempts.length === 2, 'the second delivery');
    expect(attempts).toEqual([0, 1]);
  });

  it('loses a click whose connection was lost before it was acknowledged, and tells who clicked', async () => {
    let runs = 0;
    const register = (it: App): void => {
      it.action('answer_galactic', async ({ ack }) => {
        runs += 1;
        if (runs > 1) await ack();
        else await sandbox.faults.dropConnections();
      });
    };
    const app = await start(register);
    const ts = await post(app);
    const result = click(ts);
    await until(() => runs === 1, 'the delivery');
    await start(register);
    expect(await result).toMatchObject({ outcome: 'timeout' });
    expect(runs).toBe(1);
    expect(await click(ts)).toMatchObject({ outcome: 'acknowledged' });
  });

  it('rate-limits, fails and slows calls as told, and then no more', async () => {
    const app = await start(() => undefined);
    const call = () => app.client.chat.postMessage({ channel: sandbox.channel, text: 'a' });
    await sandbox.faults.failNext(1, { method: 'chat.postMessage', error: 'fatal_error' });
    await expect(call()).rejects.toMatchObject({ data: { error: 'fatal_error' } });
    await sandbox.faults.failNext(1, { status: 503 });
    await expect(call()).rejects.toMatchObject({ statusCode: 503 });
    await sandbox.faults.rateLimitNext(1, 'chat.postMessage', 2);
    const response = await fetch(`${sandbox.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: sandbox.channel, text: 'a' }),
    });
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      429,
      '2',
      { ok: false, error: 'ratelimited' },
    ]);
    await sandbox.faults.slowAnswers(300, 'chat.postMessage');
    const started = performance.now();
    await call();
    expect(performance.now() - started).toBeGreaterThanOrEqual(299);
    await sandbox.faults.clear();
    await call();
    expect(sandbox.messages()).toHaveLength(2);
  });

  it('performs a call and loses its answer: who posts again blindly posts twice', async () => {
    const app = await start(() => undefined);
    const call = () => app.client.chat.postMessage({ channel: sandbox.channel, text: 'once' });
    await sandbox.faults.loseNextAnswer(1, 'chat.postMessage');
    await expect(call()).rejects.toMatchObject({ name: 'WebAPIRequestError' });
    expect(sandbox.messages()).toHaveLength(1);
    await call();
    expect(sandbox.messages()).toHaveLength(2);
  });

  it('puts a page in Slack’s place, tears an answer, and asks to wait in any words', async () => {
    const call = () =>
      fetch(`${sandbox.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sandbox.botToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ channel: sandbox.channel, text: 'a' }),
      });
    await sandbox.faults.answerWithPage(1, 'chat.postMessage');
    expect(await (await call()).text()).toContain('<!DOCTYPE html>');
    expect(sandbox.messages()).toHaveLength(0);
    await sandbox.faults.tearNextAnswer(1, 'chat.postMessage');
    const torn = await call();
    expect([torn.status, (await torn.text()).startsWith('{"ok":true,')]).toEqual([200, true]);
    expect(sandbox.messages()).toHaveLength(1);
    for (const retryAfter of [null, 'Wed, 21 Oct 2026 07:28:00 GMT']) {
      await sandbox.faults.rateLimitNext(1, 'chat.postMessage', retryAfter);
      expect((await call()).headers.get('retry-after')).toBe(retryAfter);
    }
  });

  it('knows deleted files, locked threads, and messages that are not there to be replaced', async () => {
    const app = await start(() => undefined);
    const ts = await post(app);
    await sandbox.act.lockThread({ ts });
    const reply = app.client.chat.postMessage({ channel: sandbox.channel, text: 'a', thread_ts: ts });
    await expect(reply).rejects.toMatchObject({ data: { error: 'restricted_action_thread_locked' } });
    const { file_id } = await app.client.files.getUploadURLExternal({ filename: 'a.png', length: 3 });
    const file = String(file_id);
    await sandbox.act.deleteFile({ file });
    await expect(app.client.files.info({ file })).rejects.toMatchObject({ data: { error: 'file_deleted' } });
    await expect(sandbox.act.deleteFile({ file })).rejects.toThrow('there is no file');
  });

  it('refuses to replace a message that somebody has deleted, and posts nothing in its place', async () => {
    const responds: ((message: { replace_original: boolean; text: string }) => Promise<unknown>)[] = [];
    const app = await start((built) =>
      built.action('answer_galactic', async ({ ack, respond }) => {
        responds.push(respond);
        await ack();
      }),
    );
    const ts = await post(app);
    await click(ts);
    await sandbox.act.deleteMessage({ ts });
    await expect(responds[0]?.({ replace_original: true, text: 'decided' })).rejects.toThrow();
    expect([sandbox.messages(), sandbox.ephemerals()]).toEqual([[], []]);
  });

  it('refuses uploads and block types as told', async () => {
    const app = await start(() => undefined);
    await sandbox.faults.refuseUploads(true);
    const { upload_url } = await app.client.files.getUploadURLExternal({ filename: 'a.png', length: 3 });
    expect((await fetch(String(upload_url), { method: 'POST', body: 'abc' })).status).toBe(500);
    await sandbox.faults.refuseUploads(false);
    expect((await fetch(String(upload_url), { method: 'POST', body: 'abc' })).status).toBe(200);
    const chart = {
      type: 'data_visualization',
      chart: { type: 'pie', segments: [{ label: 'galactic', value: 3 }] },
    };
    const call = () =>
      app.client.chat.postMessage({ channel: sandbox.channel, text: 'report', blocks: [chart] });
    expect((await call()).ok).toBe(true);
    await sandbox.faults.refuseBlockTypes(['data_visualization']);
    await expect(call()).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        errors: ['unsupported type: data_visualization [json-pointer:/blocks/0/type]'],
      },
    });
  });

  it('finds its messages, pictures, Home tabs and tokens again after a restart', async () => {
    const databasePath = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'sandbox.sqlite');
    const first = await startSandbox({ port: 0, databasePath });
    const { app, stop } = await startBoltApp(first, () => undefined);
    const { ts } = await app.client.chat.postMessage({ channel: first.channel, text: 'round 1', blocks });
    await app.client.views.publish({
      user_id: 'U0VERA',
      view: { type: 'home', blocks: [{ type: 'divider' }] },
    });
    const before = first.messages();
    await stop();
    await first.stop();
    const again = await startSandbox({ port: 0, databasePath, clock: () => new Date(0) });
    try {
      expect(again.messages()).toEqual(before);
      expect(again.home('U0VERA')).toMatchObject({ blocks: [{ type: 'divider' }] });
      expect([again.botToken, again.appToken]).toEqual([first.botToken, first.appToken]);
      const said = await again.act.say({ user: 'U0VERA', text: 'still here' });
      expect(said.ts > String(ts)).toBe(true);
    } finally {
      await again.stop();
    }
  });

  it('says what to do when its port is taken', async () => {
    const port = Number(new URL(sandbox.url).port);
    await expect(startSandbox({ port, databasePath: ':memory:' })).rejects.toThrow(
      `Port ${port} is taken: stop what listens there, or choose another port for the sandbox.`,
    );
  });
});
