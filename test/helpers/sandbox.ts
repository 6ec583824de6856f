import { type Sandbox, type SandboxOptions, startSandbox } from 'slack-sandbox';
import type { BotOptions } from '../../src/bot/start-bot.ts';

/**
 * A workspace with limits that tests do not reach by accident. A sandbox is by default as strict as Slack (5
 * posts at once, 20 calls of a method, a second until blocks may name a picture); tests of limits start their
 * own. Pictures are scanned quickly here.
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
