import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectToSandbox } from 'slack-sandbox/client';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startBoltApp, until } from './bolt-app.ts';

const announced = z.object({
  url: z.string(),
  apiUrl: z.string(),
  botToken: z.string(),
  appToken: z.string(),
  channel: z.string(),
});

describe('a sandbox in a process of its own', () => {
  const processes: ChildProcess[] = [];
  const spawnSandbox = async (db: string): Promise<z.infer<typeof announced> & { process: ChildProcess }> => {
    const main = join(import.meta.dirname, '..', '..', 'packages', 'slack-sandbox', 'src', 'main.ts');
    const process = spawn(
      globalThis.process.execPath,
      [main, '--port', '0', '--db', db, '--post-burst', '20'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...globalThis.process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
      },
    );
    processes.push(process);
    const [line] = await once(createInterface(process.stdout), 'line');
    return { ...announced.parse(JSON.parse(line)), process };
  };
  afterEach(() => {
    for (const process of processes.splice(0)) process.kill('SIGKILL');
  });

  it('is driven over HTTP, and is the same workspace after kill -9', async () => {
    const db = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'sandbox.sqlite');
    const first = await spawnSandbox(db);
    const sandbox = connectToSandbox(first.url);
    const { app, stop } = await startBoltApp(first, (it) => {
      it.action('answer_galactic', async ({ ack, respond, body }) => {
        await ack();
        await respond({ text: `noted, <@${body.user.id}>` });
      });
    });
    expect(await sandbox.connections()).toBe(1);
    const { ts } = await app.client.chat.postMessage({
      channel: first.channel,
      text: 'card',
      blocks: [
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'answer_galactic', text: { type: 'plain_text', text: 'Galactic' } },
          ],
        },
      ],
    });
    const click = { user: 'U0VERA', ts: String(ts), actionId: 'answer_galactic' };
    expect(await sandbox.act.click(click)).toMatchObject({ outcome: 'acknowledged' });
    await until(async () => (await sandbox.ephemerals('U0VERA')).length === 1, 'the note');
    await expect(sandbox.act.click({ ...click, actionId: 'answer_skip' })).rejects.toThrow(
      'The sandbox answered 409',
    );
    const more = Array.from({ length: 15 }, () =>
      app.client.chat.postMessage({ channel: 'U0VERA', text: 'as many at once as it was told' }),
    );
    expect(await Promise.all(more)).toHaveLength(15);
    await sandbox.faults.failNext(2, { error: 'fatal_error' });
    expect((await sandbox.faults.state()).calls).toEqual([
      { method: null, calls: 2, until: null, fate: { kind: 'error', error: 'fatal_error' } },
    ]);
    const before = await sandbox.messages();
    expect(before).toMatchObject([{ text: 'card', user: 'U0FINKVRA' }]);

    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    await stop();
    const second = await spawnSandbox(db);
    expect(await connectToSandbox(second.url).messages()).toEqual(before);
    expect(second.botToken).toBe(first.botToken);
  });
});
