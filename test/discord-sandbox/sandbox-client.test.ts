import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, Events, GatewayIntentBits } from 'discord.js';
import { connectToDiscordSandbox, type DiscordSandboxClient } from 'discord-sandbox/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const printed = z.object({
  url: z.string(),
  apiUrl: z.string(),
  botToken: z.string(),
  guild: z.string(),
  channel: z.string(),
  users: z.object({ vera: z.string() }),
});

describe('a Discord sandbox in a process of its own', () => {
  const child = spawn(
    process.execPath,
    [join(root, 'bin/finkvra-node.mjs'), join(root, 'packages/discord-sandbox/src/main.ts'), '--port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  let addresses: z.infer<typeof printed>;
  let sandbox: DiscordSandboxClient;
  beforeAll(async () => {
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    addresses = printed.parse(JSON.parse(String(line)));
    sandbox = connectToDiscordSandbox(addresses.url);
  });
  afterAll(async () => {
    child.kill('SIGTERM');
    await ended;
  });

  it('is driven over HTTP as one in this process', async () => {
    const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: addresses.apiUrl } });
    client.on(Events.InteractionCreate, async (interaction) => {
      if (interaction.isButton()) await interaction.reply({ content: 'thanks', flags: 'Ephemeral' });
    });
    const ready = once(client, Events.ClientReady);
    await client.login(addresses.botToken);
    await ready;
    expect(await sandbox.connections()).toBe(1);
    expect(await sandbox.identifiesLeft()).toBe(999);
    const { vera } = addresses.users;
    const body = {
      content: 'card',
      components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Skip', custom_id: 'skip' }] }],
    };
    await client.rest.post(`/channels/${addresses.channel}/messages`, { body });
    const [card] = await sandbox.messages();
    const click = { user: vera, message: card?.id ?? '', customId: 'skip' };
    expect(await sandbox.act.click(click)).toMatchObject({
      outcome: 'answered',
      message: { content: 'thanks' },
    });
    expect(await sandbox.ephemerals(vera)).toHaveLength(1);
    await expect(sandbox.act.click({ ...click, customId: 'gone' })).rejects.toThrow(
      'shows nothing with custom_id',
    );
    await sandbox.faults.rateLimitNext(2, { method: 'edit-message', retryAfter: 3 });
    expect((await sandbox.faults.state()).calls).toMatchObject([{ method: 'edit-message', calls: 2 }]);
    await sandbox.faults.clear();
    await client.destroy();
    await expect.poll(() => sandbox.connections()).toBe(0);
  });

  it('goes away for as long as it is told, and is there again', async () => {
    await sandbox.faults.goAway(300);
    await expect.poll(() => sandbox.messages().catch(() => null)).toBeNull();
    await expect.poll(() => sandbox.messages().catch(() => null), { timeout: 5_000 }).not.toBeNull();
  });

  it('answers pages of other sites with a refusal', async () => {
    const from = (headers: Record<string, string>) =>
      fetch(`${addresses.url}/sandbox/act/removeBot`, { method: 'POST', headers, body: '{}' });
    expect((await from({ 'content-type': 'application/json', origin: 'https://example.org' })).status).toBe(
      403,
    );
    expect((await from({ 'content-type': 'text/plain' })).status).toBe(403);
  });
});
