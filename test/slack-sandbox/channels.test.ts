import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, webApi } from '@slack/bolt';
import { type Sandbox, startSandbox } from 'slack-sandbox';
import { connectToSandbox } from 'slack-sandbox/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startBoltApp, until } from './bolt-app.ts';
import { clientOf, connectRaw, outcome } from './web-client.ts';

let sandbox: Sandbox;
let client: webApi.WebClient;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
  client = clientOf(sandbox);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await sandbox.stop();
});

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
const post = async (channel = sandbox.channel): Promise<string> =>
  String((await client.chat.postMessage({ channel, text: 'card', blocks })).ts);

/** What becomes of everything that a bot does in a channel. */
const everything = async (channel: string, ts: string): Promise<Record<string, unknown>> => ({
  post: await outcome(client.chat.postMessage({ channel, text: 'a' })),
  note: await outcome(client.chat.postEphemeral({ channel, user: 'U0VERA', text: 'a' })),
  update: await outcome(client.chat.update({ channel, ts, text: 'a' })),
  delete: await outcome(client.chat.delete({ channel, ts })),
  history: await outcome(client.conversations.history({ channel })),
  replies: await outcome(client.conversations.replies({ channel, ts })),
  info: await outcome(client.conversations.info({ channel })),
  join: await outcome(client.conversations.join({ channel })),
});

describe('a channel that changes under the bot', () => {
  it('is archived: it can be read, and nothing else', async () => {
    const { channel } = sandbox;
    const ts = await post();
    await sandbox.act.archiveChannel();
    expect(await everything(channel, ts)).toEqual({
      post: 'is_archived',
      note: 'is_archived',
      update: 'is_inactive',
      delete: 'is_inactive',
      history: 'ok',
      replies: 'ok',
      info: 'ok',
      join: 'is_archived',
    });
    expect((await client.conversations.info({ channel })).channel?.is_archived).toBe(true);
    await expect(sandbox.act.say({ user: 'U0VERA', text: 'hello' })).rejects.toThrow('it is archived');
    await sandbox.act.unarchiveChannel();
    expect(await outcome(client.chat.update({ channel, ts, text: 'a' }))).toBe('ok');
  });

  it('is one that the bot was taken out of: public ones can be joined again', async () => {
    const ts = await post();
    await sandbox.act.leaveChannel({ user: sandbox.botUser });
    expect(await everything(sandbox.channel, ts)).toEqual({
      post: 'not_in_channel',
      note: 'not_in_channel',
      update: 'channel_not_found',
      delete: 'channel_not_found',
      history: 'not_in_channel',
      replies: 'not_in_channel',
      info: 'ok',
      join: 'ok',
    });
    expect(await outcome(client.chat.update({ channel: sandbox.channel, ts, text: 'a' }))).toBe('ok');
  });

  it('is private: without an invitation it does not exist for the bot', async () => {
    const { id } = await sandbox.act.createChannel({ name: 'quiet', isPrivate: true });
    const gone = await everything(id, '1.000000');
    expect(new Set(Object.values(gone))).toEqual(new Set(['channel_not_found']));
    await sandbox.act.joinChannel({ user: sandbox.botUser, channel: id });
    const ts = await post(id);
    expect(await everything(id, ts)).toMatchObject({
      post: 'ok',
      update: 'ok',
      history: 'ok',
      join: 'method_not_supported_for_channel_type',
    });
  });

  it('is another one from now on, known by id or by name', async () => {
    const { id } = await sandbox.act.createChannel({ name: 'second' });
    expect(await outcome(post(id))).toBe('not_in_channel');
    await client.conversations.join({ channel: id });
    await client.chat.postMessage({ channel: '#second', text: 'by name' });
    expect(sandbox.messages(id).map(({ text }) => text)).toEqual(['by name']);
    expect(sandbox.messages()).toEqual([]);
    const { channels } = await client.conversations.list({});
    expect(channels?.map(({ name }) => name)).toEqual(['finkvra', 'second']);
    await expect(sandbox.act.createChannel({ name: 'second' })).rejects.toThrow('#second already');
  });

  it('loses messages that a person deletes, and replies to them are refused', async () => {
    const { channel } = sandbox;
    const ts = await post();
    await sandbox.act.deleteMessage({ ts });
    expect(sandbox.messages()).toEqual([]);
    expect(await outcome(client.chat.update({ channel, ts, text: 'a' }))).toBe('message_not_found');
    expect(await outcome(client.chat.postMessage({ channel, thread_ts: ts, text: 'a' }))).toBe(
      'thread_not_found',
    );
    await expect(sandbox.act.deleteMessage({ ts })).rejects.toThrow(`no message ${ts}`);
  });

  it('does the same from another process', async () => {
    const { act } = connectToSandbox(sandbox.url);
    const ts = await post();
    await act.deleteMessage({ ts });
    const { id } = await act.createChannel({ name: 'second' });
    await act.joinChannel({ user: sandbox.botUser, channel: id });
    await act.archiveChannel();
    expect([sandbox.messages(), await outcome(post()), await outcome(post(id))]).toEqual([
      [],
      'is_archived',
      'ok',
    ]);
    await act.unarchiveChannel();
    await act.leaveChannel({ user: sandbox.botUser });
    expect(await outcome(post())).toBe('not_in_channel');
  });
});

describe('what the app may do', () => {
  it('is what the bot’s manifest asks for', async () => {
    const manifest = parse(readFileSync(join(import.meta.dirname, '..', '..', 'manifest.yaml'), 'utf8'));
    const response = await fetch(`${sandbox.apiUrl}auth.test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.botToken}` },
    });
    expect(response.headers.get('x-oauth-scopes')?.split(',').sort()).toEqual(
      [...manifest.oauth_config.scopes.bot].sort(),
    );
  });

  it('is to write to a person, but neither to read that nor to open it by hand', async () => {
    const { channel } = await client.chat.postMessage({ channel: 'U0VERA', text: 'the channel is archived' });
    expect(sandbox.messages(String(channel)).map(({ text }) => text)).toEqual(['the channel is archived']);
    expect(await outcome(client.conversations.history({ channel: String(channel) }))).toBe('missing_scope');
    expect(await outcome(client.conversations.open({ users: 'U0VERA' }))).toBe('missing_scope');
  });
});

describe('who acts', () => {
  const payloads: Record<string, unknown>[] = [];
  const start = async (register: (app: App) => void): Promise<void> => {
    payloads.length = 0;
    const { stop } = await startBoltApp(sandbox, (app) => {
      app.use(async ({ body, next }) => {
        payloads.push({ ...body });
        await next();
      });
      register(app);
    });
    stops.unshift(stop);
  };

  it('may be of another workspace, which only the person’s and the command’s team tell', async () => {
    await sandbox.act.joinChannel({ user: 'U0EDWIN' });
    await start((app) => {
      app.action('answer_galactic', ({ ack }) => ack());
      app.command('/finkvra', ({ ack }) => ack());
    });
    await sandbox.act.click({ user: 'U0EDWIN', ts: await post(), actionId: 'answer_galactic' });
    await sandbox.act.command({ user: 'U0EDWIN', command: '/finkvra' });
    expect(payloads).toMatchObject([
      { user: { id: 'U0EDWIN', team_id: 'T0ELSEWHERE' }, team: { id: 'T0SANDBOX' } },
      { user_id: 'U0EDWIN', team_id: 'T0ELSEWHERE' },
    ]);
    expect((await client.users.info({ user: 'U0EDWIN' })).user).toMatchObject({
      team_id: 'T0ELSEWHERE',
      is_stranger: true,
    });
    const { members } = await client.conversations.members({ channel: sandbox.channel });
    expect(members).toContain('U0EDWIN');
    expect((await client.users.list({})).members?.map(({ id }) => id)).not.toContain('U0EDWIN');
    const { channel } = await client.conversations.info({ channel: sandbox.channel });
    expect(channel).toMatchObject({ is_ext_shared: true });
  });

  it('may be in another channel', async () => {
    const { id } = await sandbox.act.createChannel({ name: 'second' });
    await client.conversations.join({ channel: id });
    await start((app) => {
      app.action('answer_galactic', ({ ack }) => ack());
      app.command('/finkvra', ({ ack }) => ack());
    });
    const ts = await post(id);
    await sandbox.act.click({ user: 'U0VERA', channel: id, ts, actionId: 'answer_galactic' });
    await sandbox.act.command({ user: 'U0VERA', channel: id, command: '/finkvra' });
    expect(payloads).toMatchObject([
      { channel: { id, name: 'second' } },
      { channel_id: id, channel_name: 'second' },
    ]);
  });

  it('may send what nobody knows', async () => {
    const connection = await connectRaw(sandbox);
    stops.unshift(async () => connection.close());
    const payload = { type: 'from_the_future', team: { id: 'T0SANDBOX' }, user: { id: 'U0VERA' } };
    const sent = [
      sandbox.act.deliver({ type: 'interactive', payload }),
      connectToSandbox(sandbox.url).act.deliver({ type: 'slash_commands', payload: { a: 1 } }),
    ];
    await until(() => connection.said().length === 2, 'both payloads');
    expect(connection.said()).toMatchObject([
      { type: 'interactive', payload },
      { type: 'slash_commands', payload: { a: 1 } },
    ]);
    for (const envelope of connection.said()) connection.send({ envelope_id: Object(envelope).envelope_id });
    for (const result of sent) expect(await result).toMatchObject({ outcome: 'acknowledged' });
  });

  it('may do it twice: commands and modals come twice too', async () => {
    const runs = { command: 0, modal: 0 };
    await start((app) => {
      app.command('/finkvra', async ({ ack, client, body }) => {
        await ack();
        runs.command += 1;
        if (runs.command === 1)
          await client.views.open({
            trigger_id: body.trigger_id,
            view: {
              type: 'modal',
              callback_id: 'm',
              title: { type: 'plain_text', text: 'M' },
              submit: { type: 'plain_text', text: 'Go' },
              blocks: [{ type: 'divider' }],
            },
          });
      });
      app.view('m', async ({ ack }) => {
        await ack();
        runs.modal += 1;
      });
    });
    await sandbox.faults.duplicateNextEnvelopes(1);
    await sandbox.act.command({ user: 'U0VERA', command: '/finkvra' });
    await until(() => runs.command === 2 && sandbox.modals('U0VERA').length === 1, 'the command twice');
    await sandbox.faults.duplicateNextEnvelopes(1);
    await sandbox.act.submit({ user: 'U0VERA' });
    await until(() => runs.modal === 2, 'the submission twice');
    expect(sandbox.modals('U0VERA')).toEqual([]);
  });
});
