import { type Sandbox, type SandboxOptions, startSandbox } from 'slack-sandbox';
import type { BotOptions } from '../../src/bot/start-bot.ts';

/**
 * A workspace whose limits no test meets by accident: by default a sandbox is as strict as Slack (5 posts at
 * once, 20 calls of a method, a second until blocks may name a picture). Tests of limits start one of their own.
 * Slack is quick to look at a picture here.
 */
export const startRoomySandbox = (options: Partial<SandboxOptions> = {}): Promise<Sandbox> =>
  startSandbox({
    port: 0,
    databasePath: ':memory:',
    postBurst: 1_000,
    callBurst: 10_000,
    fileSettleMs: 0,
    fileDelayMs: 20,
    ...options,
  });

/** A bot that spares no calls, as it may in such a workspace: what people see changes at once. */
export const quickBot = (bot: Partial<BotOptions> = {}): Partial<BotOptions> => ({
  gatherMs: 50,
  ...bot,
  outboxTimes: { headerEveryMs: 50, ...bot.outboxTimes },
});
