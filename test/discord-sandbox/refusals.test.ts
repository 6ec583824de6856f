import { type Client, DiscordAPIError, Events, type Interaction } from 'discord.js';
import type { DiscordSandbox } from 'discord-sandbox';
import { afterEach, describe, expect, it } from 'vitest';
import { button, call, post, row } from './api.ts';
import { mainChannel, startClient, startRoomyDiscord } from './discord-client.ts';

describe('what Discord refuses and how', () => {
  let sandbox: DiscordSandbox;
  let client: Client | undefined;
  afterEach(async () => {
    await client?.destroy();
    client = undefined;
    await sandbox.stop();
  });

  it('limits posts of a channel to five in five seconds, as its headers say', async () => {
    sandbox = await startRoomyDiscord({ rateScale: 1 });
    const answers = [];
    for (let n = 0; n < 6; n += 1) answers.push(await post(sandbox, { content: `card ${n}` }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '4',
      '3',
      '2',
      '1',
      '0',
      '0',
    ]);
    const last = answers.at(-1);
    expect(last?.headers.get('x-ratelimit-scope')).toBe('user');
    expect(last?.body).toMatchObject({ global: false });
    expect(Number(last?.body.retry_after)).toBeGreaterThan(0);
    const edit = `/channels/${sandbox.channel}/messages/${answers[0]?.body.id}`;
    expect((await call(sandbox, 'PATCH', edit, { content: 'edited' })).status).toBe(200);
  });

  it('limits a bot to fifty calls a second in all, but not its answers to people', async () => {
    sandbox = await startRoomyDiscord({ rateScale: 1 });
    const many = await Promise.all(Array.from({ length: 60 }, () => call(sandbox, 'GET', '/users/@me')));
    const global = many.filter(({ headers }) => headers.get('x-ratelimit-scope') === 'global');
    expect(global.length).toBeGreaterThanOrEqual(10);
    expect(global[0]?.headers.get('x-ratelimit-global')).toBe('true');
    expect(global[0]?.body).toMatchObject({ global: true });
    expect((await call(sandbox, 'POST', '/interactions/1/none/callback', { type: 6 })).body.code).toBe(
      10_062,
    );
  });

  it('shuts out whoever goes on being refused, without a word of JSON', async () => {
    sandbox = await startRoomyDiscord({ rateScale: 0.0005 });
    for (let n = 0; n < 6; n += 1) await call(sandbox, 'GET', '/users/@me', undefined, 'wrong');
    const { status, headers, body } = await call(sandbox, 'GET', '/gateway');
    expect([status, body]).toEqual([429, {}]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('lets discord.js wait for its limits and go on', async () => {
    sandbox = await startRoomyDiscord();
    client = await startClient(sandbox);
    const channel = await mainChannel(client, sandbox);
    for (const scope of ['user', 'global', 'shared', 'cloudflare'] as const) {
      await sandbox.faults.rateLimitNext(1, { method: 'create-message', retryAfter: 0.1, scope });
      await channel.send(scope);
    }
    await sandbox.faults.failNext(1, { method: 'create-message', status: 502 });
    await channel.send('after a 502');
    expect(sandbox.messages().map(({ content }) => content)).toEqual([
      'user',
      'global',
      'shared',
      'cloudflare',
      'after a 502',
    ]);
  });

  it('carries a post out whose answer is lost', async () => {
    sandbox = await startRoomyDiscord();
    await sandbox.faults.loseNextAnswer(1, 'create-message');
    await expect(post(sandbox, { content: 'card' })).rejects.toThrow();
    expect(sandbox.messages()).toHaveLength(1);
    await sandbox.faults.failNext(1, { method: 'create-message', cut: true });
    await expect(post(sandbox, { content: 'card' })).rejects.toThrow();
    expect(sandbox.messages()).toHaveLength(1);
  });

  it('looks at the app’s permissions, in the channel and in its threads', async () => {
    sandbox = await startRoomyDiscord();
    const embeds = [{ title: 'card' }];
    const deny = (...permissions: Parameters<typeof sandbox.act.denyBot>[0]['permissions']) =>
      sandbox.act.denyBot({ permissions });
    await deny('EMBED_LINKS');
    expect((await post(sandbox, { embeds })).body.code).toBe(50_013);
    await deny('SEND_MESSAGES');
    expect((await post(sandbox, { content: 'a' })).body.code).toBe(50_013);
    await deny('VIEW_CHANNEL');
    expect((await post(sandbox, { content: 'a' })).body.code).toBe(50_001);
    await deny();
    const { body } = await post(sandbox, { content: 'round 1' });
    const threads = `/channels/${sandbox.channel}/messages/${body.id}/threads`;
    await deny('CREATE_PUBLIC_THREADS');
    expect((await call(sandbox, 'POST', threads, { name: 'round 1' })).body.code).toBe(50_013);
    await deny('READ_MESSAGE_HISTORY');
    const listed = await call(sandbox, 'GET', `/channels/${sandbox.channel}/messages`);
    expect(listed.body.list).toEqual([]);
    await deny();
    expect((await call(sandbox, 'POST', threads, { name: 'round 1' })).body.id).toBe(body.id);
    expect((await call(sandbox, 'POST', threads, { name: 'again' })).body.code).toBe(160_004);
    const inThread = `/channels/${body.id}/messages`;
    const card = await call(sandbox, 'POST', inThread, { content: 'card' });
    await sandbox.act.archiveThread({ thread: String(body.id) });
    expect((await call(sandbox, 'PATCH', `${inThread}/${card.body.id}`, { content: 'b' })).body.code).toBe(
      50_083,
    );
    expect((await call(sandbox, 'POST', inThread, { content: 'wakes it' })).status).toBe(200);
    expect((await call(sandbox, 'PATCH', `${inThread}/${card.body.id}`, { content: 'b' })).status).toBe(200);
    await deny('SEND_MESSAGES_IN_THREADS');
    expect((await call(sandbox, 'POST', inThread, { content: 'c' })).body.code).toBe(50_013);
  });

  it('opens an archived thread for a click, and takes no answer in a locked one', async () => {
    sandbox = await startRoomyDiscord({ answerMs: 500 });
    const problems: unknown[] = [];
    client = await startClient(sandbox, (one) => {
      one.on(Events.InteractionCreate, (interaction) => {
        if (!interaction.isButton()) return;
        interaction
          .update({ content: 'skipped' })
          .catch((error: unknown) => problems.push(error instanceof DiscordAPIError ? error.code : error));
      });
    });
    const { body } = await post(sandbox, { content: 'round 1' });
    const thread = String(body.id);
    await call(sandbox, 'POST', `/channels/${sandbox.channel}/messages/${thread}/threads`, {
      name: 'round 1',
    });
    const components = [row(button('skip'))];
    const card = await call(sandbox, 'POST', `/channels/${thread}/messages`, { content: 'card', components });
    const click = { user: sandbox.users.vera, message: String(card.body.id), customId: 'skip' };
    await sandbox.act.archiveThread({ thread });
    const path = `/channels/${thread}/messages/${card.body.id}`;
    expect((await call(sandbox, 'DELETE', path)).body.code).toBe(50_083);
    expect(await sandbox.act.click(click)).toMatchObject({ outcome: 'answered', response: 7 });
    expect(sandbox.messages(thread).at(-1)?.content).toBe('skipped');
    await sandbox.act.archiveThread({ thread, locked: true });
    expect(await sandbox.act.click(click)).toMatchObject({ outcome: 'timeout' });
    expect(problems).toEqual([50_083]);
  });

  it('knows what is gone, who may be written to, and whose token it is', async () => {
    sandbox = await startRoomyDiscord();
    const { body } = await post(sandbox, { content: 'a' });
    const path = `/channels/${sandbox.channel}/messages/${body.id}`;
    await sandbox.act.deleteMessage({ message: String(body.id) });
    expect((await call(sandbox, 'PATCH', path, { content: 'b' })).body.code).toBe(10_008);
    const { vera, edwin } = sandbox.users;
    const direct = await call(sandbox, 'POST', '/users/@me/channels', { recipient_id: vera });
    await sandbox.act.takeDirectMessages({ user: vera, take: false });
    const closed = await call(sandbox, 'POST', `/channels/${direct.body.id}/messages`, { content: 'a' });
    expect(closed.body.code).toBe(50_007);
    expect((await call(sandbox, 'GET', `/guilds/${sandbox.guild}/members/${edwin}`)).body.code).toBe(10_007);
    expect((await call(sandbox, 'GET', '/users/@me', undefined, 'wrong')).status).toBe(401);
    await sandbox.act.removeBot();
    expect((await post(sandbox, { content: 'a' })).body.code).toBe(50_001);
    await sandbox.act.inviteBot();
    await sandbox.act.deleteChannel();
    expect((await post(sandbox, { content: 'a' })).body.code).toBe(10_003);
  });

  it('takes one answer to an interaction, in time, and follow-ups while its token is good', async () => {
    sandbox = await startRoomyDiscord({ answerMs: 150, tokenMs: 60_000 });
    const seen: Interaction[] = [];
    client = await startClient(sandbox, (one) => {
      one.on(Events.InteractionCreate, (interaction) => void seen.push(interaction));
    });
    const { body } = await post(sandbox, { content: 'card', components: [row(button('skip'))] });
    const click = { user: sandbox.users.vera, message: String(body.id), customId: 'skip' };
    expect(await sandbox.act.click(click)).toMatchObject({ outcome: 'timeout' });
    const [late] = seen;
    const answer = (one: Interaction | undefined, data: object) =>
      call(sandbox, 'POST', `/interactions/${one?.id}/${one?.token}/callback`, data);
    expect((await answer(late, { type: 6 })).body.code).toBe(10_062);
    const webhook = (one: Interaction | undefined) => `/webhooks/${sandbox.applicationId}/${one?.token}`;
    expect((await call(sandbox, 'POST', webhook(late), { content: 'a' })).body.code).toBe(10_015);

    const clicked = sandbox.act.click(click);
    await expect.poll(() => seen.length).toBe(2);
    const one = seen[1];
    expect((await answer(one, { type: 8 })).body.code).toBe(50_035);
    expect((await answer(one, { type: 5, data: { flags: 64 } })).status).toBe(204);
    expect((await answer(one, { type: 6 })).body.code).toBe(40_060);
    expect(await clicked).toMatchObject({ outcome: 'answered', response: 5 });
    await call(sandbox, 'POST', webhook(one), { content: 'the promised answer' });
    await call(sandbox, 'POST', webhook(one), { content: 'one more', flags: 64 });
    expect(sandbox.ephemerals(sandbox.users.vera).map(({ content }) => content)).toEqual([
      'the promised answer',
      'one more',
    ]);
    await sandbox.faults.expireInteractions();
    expect((await call(sandbox, 'POST', webhook(one), { content: 'late' })).body.code).toBe(50_027);
  });
});
