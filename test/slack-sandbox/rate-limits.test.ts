import type { webApi } from '@slack/bolt';
import { type Sandbox, startSandbox } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { methods } from '../../packages/slack-sandbox/src/web-api/methods.ts';
import { createRateLimits } from '../../packages/slack-sandbox/src/web-api/rate-limits.ts';
import { clientOf, outcome } from './web-client.ts';

describe('the limits of a sandbox that was told nothing about them', () => {
  let sandbox: Sandbox;
  let client: webApi.WebClient;
  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
    client = clientOf(sandbox);
  });
  afterEach(() => sandbox.stop());

  /** What each of these calls, one after the other, came to. */
  const all = async (count: number, call: (index: number) => Promise<unknown>): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for (let index = 0; index < count; index += 1) seen.push(await outcome(call(index)));
    return seen;
  };
  const oks = (count: number): string[] => Array.from({ length: count }, () => 'ok');
  const post = (channel: string) => client.chat.postMessage({ channel, text: 'a' });

  it('takes five posts at once and then one a second, in each channel by itself', async () => {
    const seen = await Promise.all(Array.from({ length: 9 }, () => outcome(post(sandbox.channel))));
    const posted = seen.filter((one) => one === 'ok').length;
    expect(posted).toBeGreaterThanOrEqual(5);
    expect(posted).toBeLessThan(8);
    expect(seen).toContain(1);
    expect(await outcome(post('U0VERA'))).toBe('ok');
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await outcome(post(sandbox.channel))).toBe('ok');
    expect(sandbox.messages()).toHaveLength(posted + 1);
  });

  /** Thirty calls at once: how many got through, and what the others were told to wait, at most. */
  const burst = async (call: () => Promise<unknown>): Promise<{ through: number; retryAfter: number }> => {
    const seen = await Promise.all(Array.from({ length: 30 }, () => outcome(call())));
    const waits = seen.filter((one) => one !== 'ok');
    return { through: seen.length - waits.length, retryAfter: Math.max(...waits.map(Number)) };
  };

  it('takes twenty calls of a method at once, and says 429 with when to come back', async () => {
    const { channel } = sandbox;
    const { ts } = await post(channel);
    const update = () => client.chat.update({ channel, ts: String(ts), text: 'b' });
    const publish = () =>
      client.views.publish({ user_id: 'U0VERA', view: { type: 'home', blocks: [{ type: 'divider' }] } });
    for (const call of [update, publish]) {
      const { through, retryAfter } = await burst(call);
      // A slow machine earns a token or two meanwhile.
      expect(through).toBeGreaterThanOrEqual(20);
      expect(through).toBeLessThan(25);
      expect(retryAfter).toBeGreaterThanOrEqual(1);
    }
    // Each method has its own.
    expect(await outcome(client.conversations.info({ channel }))).toBe('ok');
  });

  it('knows the tiers of the methods that the bot uses', () => {
    const perMinute = (name: string) => methods.get(name)?.perMinute;
    const tiers = [
      [20, 'conversations.list', 'usergroups.users.list', 'usergroups.list', 'users.list'],
      [50, 'chat.update', 'chat.delete', 'conversations.history', 'conversations.replies'],
      [50, 'conversations.info', 'conversations.join', 'apps.connections.open'],
      [100, 'chat.postEphemeral', 'views.open', 'views.update', 'views.publish', 'users.info'],
      [
        100,
        'files.info',
        'files.getUploadURLExternal',
        'files.completeUploadExternal',
        'conversations.members',
      ],
    ] as const;
    for (const [rate, ...names] of tiers)
      for (const name of names) expect([name, perMinute(name)]).toEqual([name, rate]);
  });

  it('can be told wider ones', async () => {
    const roomy = await startSandbox({ port: 0, databasePath: ':memory:', postBurst: 50, callBurst: 50 });
    try {
      const wide = clientOf(roomy);
      const { channel } = roomy;
      expect(await all(50, () => wide.chat.postMessage({ channel, text: 'a' }))).toEqual(oks(50));
      expect(await all(50, () => wide.conversations.info({ channel }))).toEqual(oks(50));
    } finally {
      await roomy.stop();
    }
  });
});

it('lets through as many calls as the rate says once the burst is used up', () => {
  let now = 0;
  const take = createRateLimits(() => now);
  const rate = { burst: 20, perSecond: 50 / 60 };
  let through = 0;
  for (now = 0; now <= 120_000; now += 50) if (take('chat.update', rate) === 0) through += 1;
  expect([119, 120]).toContain(through); // 20 at once, 50 a minute for two minutes
  // Whoever waits as long as it was told gets through.
  let wait = take('chat.update', rate);
  while (wait === 0) wait = take('chat.update', rate);
  now += wait * 1000;
  expect(take('chat.update', rate)).toBe(0);
});
