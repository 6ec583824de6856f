import { type Client, DiscordAPIError, Events, GatewayIntentBits } from 'discord.js';
import type { DiscordSandbox } from 'discord-sandbox';
import { afterEach, describe, expect, it } from 'vitest';
import { mainChannel, startClient, startRoomyDiscord } from './discord-client.ts';

const ignoreLate = (error: unknown): void => {
  if (!(error instanceof DiscordAPIError) || error.code !== 10_062) throw error;
};

const answering = (client: Client): void => {
  client.on(Events.InteractionCreate, async (interaction) => {
    // What waited for a new connection may be too late by then.
    if (interaction.isChatInputCommand()) await interaction.reply('here').catch(ignoreLate);
  });
};

describe('the Gateway', () => {
  let sandbox: DiscordSandbox;
  const clients: Client[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.destroy();
    await sandbox.stop();
  });
  const connect = async (...given: Parameters<typeof startClient>): Promise<Client<true>> => {
    const client = await startClient(...given);
    clients.push(client);
    return client;
  };
  const withCommand = async (): Promise<Client<true>> => {
    const client = await connect(sandbox, answering);
    await client.application.commands.set([{ name: 'finkvra', description: 'd' }], sandbox.guild);
    return client;
  };
  const status = () => sandbox.act.command({ user: sandbox.users.vera, command: 'finkvra' });

  it.each([
    ['was dropped', () => sandbox.faults.dropConnections()],
    ['is asked to reconnect', () => sandbox.faults.askReconnect()],
    ['gets no answer to its heartbeats', () => sandbox.faults.acknowledgeHeartbeats(false)],
  ])('resumes a connection that %s, without an IDENTIFY, and gets what it missed', async (_what, happen) => {
    sandbox = await startRoomyDiscord({ heartbeatMs: 300 });
    const client = await withCommand();
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
    await happen();
    const clicked = status();
    await resumed;
    await sandbox.faults.clear();
    expect(await clicked).toMatchObject({ outcome: 'answered', response: 4 });
    expect(sandbox.messages().map(({ content }) => content)).toEqual(['here']);
    expect(sandbox.identifiesLeft()).toBe(999);
  });

  it('tells a person at once where no app is connected', async () => {
    sandbox = await startRoomyDiscord();
    const client = await withCommand();
    await client.destroy();
    await expect.poll(async () => (await status()).outcome).toBe('not_connected');
  });

  it('lets nothing through a connection that is silent, and counts it no more', async () => {
    sandbox = await startRoomyDiscord({ answerMs: 100 });
    await withCommand();
    expect(sandbox.connections()).toBe(1);
    await sandbox.faults.silenceConnections();
    expect(sandbox.connections()).toBe(0);
    expect(await status()).toMatchObject({ outcome: 'timeout' });
    await sandbox.faults.dropConnections();
    await expect.poll(() => sandbox.connections()).toBe(1);
  });

  it('refuses a wrong token, and intents that are not switched on', async () => {
    sandbox = await startRoomyDiscord();
    const { MessageContent, Guilds, GuildMessages } = GatewayIntentBits;
    await expect(connect(sandbox, undefined, [Guilds, GuildMessages, MessageContent])).rejects.toThrow(
      /disallowed intents/i,
    );
    await sandbox.faults.refuseToken(true);
    await expect(connect(sandbox)).rejects.toThrow(/token/i);
  });

  it('sends messages only where they were asked for, and the texts of others only as content', async () => {
    sandbox = await startRoomyDiscord({ privilegedIntents: GatewayIntentBits.MessageContent });
    const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
    const heard: string[] = [];
    const listen =
      (name: string) =>
      (client: Client): void => {
        client.on(Events.MessageCreate, ({ content }) => void heard.push(`${name}: ${content}`));
      };
    await connect(sandbox, listen('guilds'), [Guilds]);
    const messages = await connect(sandbox, listen('messages'), [Guilds, GuildMessages]);
    await connect(sandbox, listen('content'), [Guilds, GuildMessages, MessageContent]);
    await sandbox.act.say({ user: sandbox.users.vera, text: 'hello' });
    await expect.poll(() => heard.length).toBe(2);
    await (await mainChannel(messages, sandbox)).send('own');
    await expect
      .poll(() => heard.toSorted())
      .toEqual(['content: hello', 'content: own', 'messages: ', 'messages: own']);
  });

  it('makes the token anew after an IDENTIFY too many', async () => {
    sandbox = await startRoomyDiscord();
    const before = sandbox.botToken;
    await sandbox.faults.spendIdentifies(0);
    const { url } = sandbox;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/?v=10&encoding=json`);
    const closed = new Promise<number>((resolve) =>
      socket.addEventListener('close', ({ code }) => resolve(code)),
    );
    socket.addEventListener('message', () =>
      socket.send(JSON.stringify({ op: 2, d: { token: before, intents: 1, properties: {} } })),
    );
    expect(await closed).toBe(4004);
    expect(sandbox.botToken).not.toBe(before);
  });

  it.each([
    ['what is no JSON', 'hello', 4002],
    ['an opcode that there is not', JSON.stringify({ op: 99, d: null }), 4001],
    ['a presence before IDENTIFY', JSON.stringify({ op: 3, d: {} }), 4003],
    ['intents that there are not', 'intents', 4013],
    ['too many payloads', 'flood', 4008],
  ])('closes a connection that sends %s', async (_what, sent, code) => {
    sandbox = await startRoomyDiscord();
    const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/?v=10&encoding=json`);
    const closed = new Promise<number>((resolve) =>
      socket.addEventListener('close', (event) => resolve(event.code)),
    );
    socket.addEventListener(
      'message',
      () => {
        const identify = { op: 2, d: { token: sandbox.botToken, intents: 2 ** 30, properties: {} } };
        if (sent === 'flood')
          for (let n = 0; n < 121; n += 1) socket.send(JSON.stringify({ op: 1, d: null }));
        else socket.send(sent === 'intents' ? JSON.stringify(identify) : sent);
      },
      { once: true },
    );
    expect(await closed).toBe(code);
  });

  it('ends a session whose app does not beat', async () => {
    sandbox = await startRoomyDiscord({ heartbeatMs: 50 });
    const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/?v=10&encoding=json`);
    const closed = new Promise<number>((resolve) =>
      socket.addEventListener('close', ({ code }) => resolve(code)),
    );
    expect(await closed).toBe(4009);
  });
});
