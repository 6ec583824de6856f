import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { App, webApi } from '@slack/bolt';
import { type Sandbox, type SandboxOptions, startSandbox } from 'slack-sandbox';
import { connectToSandbox } from 'slack-sandbox/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBoltApp, until } from './bolt-app.ts';
import { clientOf, outcome } from './web-client.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let sandbox: Sandbox;
let client: webApi.WebClient;
const stops: (() => Promise<void>)[] = [];

const start = async (options: Partial<SandboxOptions> = {}): Promise<void> => {
  sandbox = await startSandbox({ port: 0, databasePath: ':memory:', ...options });
  stops.push(sandbox.stop);
  client = clientOf(sandbox);
};
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Uploads a picture and shares it with nobody; gives its id. */
const upload = async (): Promise<string> => {
  const { upload_url, file_id } = await client.files.getUploadURLExternal({
    filename: 'card.png',
    length: png.length,
  });
  await fetch(String(upload_url), { method: 'POST', body: png });
  await client.files.completeUploadExternal({ files: [{ id: String(file_id), title: 'ZTF20abc' }] });
  return String(file_id);
};
const mimetype = async (file: string) => (await client.files.info({ file })).file?.mimetype;
const picture = (id: string) => ({ type: 'image' as const, slack_file: { id }, alt_text: 'stamps' });
const post = (id: string, thread_ts?: string) =>
  client.chat.postMessage({
    channel: sandbox.channel,
    text: 'a card',
    blocks: [picture(id)],
    ...(thread_ts === undefined ? {} : { thread_ts }),
  });

describe('an uploaded picture', () => {
  it('has no type at first, and blocks may name it only some time after it has one', async () => {
    await start({ fileDelayMs: 100, fileSettleMs: 200 });
    const id = await upload();
    expect(await mimetype(id)).toBe('');
    const refused = await post(id).catch((error) => error.data);
    expect(refused).toMatchObject({
      error: 'invalid_blocks',
      errors: ['invalid slack file [json-pointer:/blocks/0/slack_file]'],
    });
    await until(async () => (await mimetype(id)) === 'image/png', 'the type');
    expect(await outcome(post(id))).toBe('invalid_blocks');
    await until(async () => (await outcome(post(id))) === 'ok', 'the picture');
    const served = await fetch(`${sandbox.url}/files/${id}`);
    expect(Buffer.from(await served.arrayBuffer())).toEqual(png);
  });

  it('takes a second to be ready where nothing else was said', async () => {
    await start();
    const id = await upload();
    const began = performance.now();
    await until(async () => (await mimetype(id)) === 'image/png', 'the type');
    while ((await outcome(post(id))) === 'invalid_blocks')
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it('is refused as often as told, and blocks without a file are not', async () => {
    await start({ fileDelayMs: 0, fileSettleMs: 0 });
    const id = await upload();
    await until(async () => (await outcome(post(id))) === 'ok', 'the picture');
    await sandbox.faults.refuseSlackFiles(2);
    expect(await outcome(client.chat.postMessage({ channel: sandbox.channel, text: 'a' }))).toBe('ok');
    const seen = [await outcome(post(id)), await outcome(post(id)), await outcome(post(id))];
    expect(seen).toEqual(['invalid_blocks', 'invalid_blocks', 'ok']);
  });

  it('is given an upload address for one upload', async () => {
    await start();
    const { upload_url } = await client.files.getUploadURLExternal({ filename: 'a.png', length: 3 });
    expect((await fetch(String(upload_url), { method: 'POST', body: 'abc' })).status).toBe(200);
    expect((await fetch(String(upload_url), { method: 'POST', body: 'abc' })).status).toBe(404);
  });
});

describe('pictures of a workspace that was closed meanwhile', () => {
  const databasePath = () => join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'sandbox.sqlite');
  const restart = async (path: string): Promise<void> => {
    await sandbox.stop();
    stops.pop();
    await start({ databasePath: path, fileDelayMs: 0, fileSettleMs: 0 });
  };

  it('are looked at when it opens again', async () => {
    const path = databasePath();
    await start({ databasePath: path, fileDelayMs: 60_000 });
    const id = await upload();
    await restart(path);
    await until(async () => (await outcome(post(id))) === 'ok', 'the picture');
  });

  it('stay where they are seen, also in one of before files were told apart', async () => {
    const path = databasePath();
    await start({ databasePath: path, fileDelayMs: 0, fileSettleMs: 0 });
    const id = await upload();
    await until(async () => (await outcome(post(id))) === 'ok', 'the picture');
    const ts = String(sandbox.messages()[0]?.ts);
    const redraw = () =>
      client.chat.update({ channel: sandbox.channel, ts, text: 'a card', blocks: [picture(id)] });
    await restart(path);
    await redraw();
    expect(sandbox.placeholders({ ts })).toEqual([]);
    const old = new DatabaseSync(path);
    old.exec('DROP TABLE file_shares; DROP TABLE ready_files; DROP TABLE channels');
    old.close();
    await restart(path);
    await until(async () => (await outcome(redraw())) === 'ok', 'the picture');
    expect(sandbox.placeholders({ ts })).toEqual([]);
  });
});

describe('a picture that no posted message has shared', () => {
  beforeEach(() => start({ fileDelayMs: 0, fileSettleMs: 0, postBurst: 50 }));

  const readyPicture = async (): Promise<string> => {
    const id = await upload();
    const probe = { type: 'home' as const, blocks: [picture(id)] };
    await until(
      async () => (await outcome(client.views.publish({ user_id: 'U0CHANDRA', view: probe }))) === 'ok',
      'the picture',
    );
    return id;
  };
  const startApp = async (register: (app: App) => void): Promise<void> => {
    const { stop } = await startBoltApp(sandbox, register);
    stops.push(stop);
  };

  it('is seen when a post brings it', async () => {
    const id = await readyPicture();
    const shares = async () => (await client.files.info({ file: id })).file?.shares?.public;
    expect(await shares()).toEqual({});
    const { ts } = await post(id);
    expect(sandbox.placeholders({ ts: String(ts) })).toEqual([]);
    expect(await shares()).toEqual({ [sandbox.channel]: [{ ts }] });
  });

  it('is a placeholder when an update brings it, until it was posted and the message drawn again', async () => {
    const { channel } = sandbox;
    const id = await readyPicture();
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'a card' });
    const draw = () => client.chat.update({ channel, ts, text: 'a card', blocks: [picture(id)] });
    expect((await draw()).ok).toBe(true);
    expect(sandbox.placeholders({ ts })).toEqual([id]);
    expect(await connectToSandbox(sandbox.url).placeholders({ ts })).toEqual([id]);
    await post(id, ts);
    expect(sandbox.placeholders({ ts })).toEqual([id]);
    await draw();
    expect(sandbox.placeholders({ ts })).toEqual([]);
  });

  it('is a placeholder on the Home tab and in a private note', async () => {
    const id = await readyPicture();
    const view = { type: 'home' as const, blocks: [picture(id)] };
    const published = await client.views.publish({ user_id: 'U0VERA', view });
    expect(sandbox.placeholders({ user: 'U0VERA', view: 'home' })).toEqual([id]);
    expect(published.view).not.toHaveProperty('placeholders');
    await client.chat.postEphemeral({
      channel: sandbox.channel,
      user: 'U0VERA',
      text: 'a note',
      blocks: [picture(id)],
    });
    const [note] = sandbox.ephemerals('U0VERA');
    expect(note?.placeholders).toEqual([id]);
    await post(id);
    await client.views.publish({ user_id: 'U0VERA', view });
    expect(sandbox.placeholders({ user: 'U0VERA', view: 'home' })).toEqual([]);
  });

  it('is a placeholder when a response_url or a modal brings it', async () => {
    const id = await readyPicture();
    await startApp((app) => {
      app.command('/finkvra', async ({ ack, respond, client, body }) => {
        await ack();
        await client.views.open({
          trigger_id: body.trigger_id,
          view: {
            type: 'modal',
            title: { type: 'plain_text', text: 'One at a time' },
            blocks: [picture(id)],
          },
        });
        await respond({ text: 'the object', blocks: [picture(id)] });
      });
    });
    await sandbox.act.command({ user: 'U0VERA', command: '/finkvra' });
    await until(() => sandbox.ephemerals('U0VERA').length === 1, 'the answer');
    expect(sandbox.ephemerals('U0VERA')[0]?.placeholders).toEqual([id]);
    expect(sandbox.placeholders({ user: 'U0VERA', view: 'top' })).toEqual([id]);
  });

  it('is seen where the upload itself named a channel', async () => {
    await client.filesUploadV2({ channel_id: sandbox.channel, filename: 'card.png', file: png });
    const id = String(sandbox.messages()[0]?.files[0]);
    const { ts = '' } = await client.chat.postMessage({ channel: sandbox.channel, text: 'a card' });
    const draw = () =>
      client.chat.update({ channel: sandbox.channel, ts, text: 'a card', blocks: [picture(id)] });
    await until(async () => (await outcome(draw())) === 'ok', 'the picture');
    expect(sandbox.placeholders({ ts })).toEqual([]);
  });
});
