import { type Sandbox, type SandboxOptions, startSandbox } from 'slack-sandbox';

/**
 * A workspace whose limits no test meets by accident: by default a sandbox is as strict as Slack (5 posts at
 * once, 20 calls of a method, a second until blocks may name a picture). Tests of limits start one of their own.
 */
export const startRoomySandbox = (options: Partial<SandboxOptions> = {}): Promise<Sandbox> =>
  startSandbox({
    port: 0,
    databasePath: ':memory:',
    postBurst: 1_000,
    callBurst: 10_000,
    fileSettleMs: 0,
    ...options,
  });
