import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox, StoredMessage } from 'slack-sandbox';
import type { Output } from '../../src/cli/output.ts';
import { runCommand } from '../../src/cli/run-command.ts';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'bin', 'finkvra-node.mjs');

export const temporaryFolder = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'finkvra-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** The environment of the test without any setting of ours, so that a developer's own .env plays no part. */
const cleanEnvironment = (extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  // No test asks a service outside this machine.
  FINK_API_URL: 'off',
  SKY_IMAGE_URL: 'off',
  ...extra,
});

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(root, 'src', 'cli', 'main.ts');

/** Starts `finkvra <args>` in a process of its own, with nothing of its output kept unless piped. */
export const spawnFinkvra = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  output: 'pipe' | 'ignore' = 'ignore',
): ChildProcess =>
  spawn(process.execPath, [launcher, main, ...args], {
    cwd: tmpdir(),
    env: cleanEnvironment(env),
    stdio: ['ignore', output, output],
  });

/** Commands end on a signal; these processes have ended, so a signal ends the tests. */
const withoutTraps = async <T>(work: () => Promise<T>): Promise<T> => {
  const before = STOPS.map((signal) => process.listeners(signal));
  try {
    return await work();
  } finally {
    for (const [index, signal] of STOPS.entries())
      for (const listener of process.listeners(signal))
        if (!before[index]?.includes(listener)) process.off(signal, listener);
  }
};
const STOPS = ['SIGINT', 'SIGTERM'] as const;

/** Services that end their process in the end. */
const SERVICES = ['serve', 'ingest'];

/**
 * Runs `finkvra <args>` in this process, which takes a tenth of the time that a process of its own would; where the
 * command is a service, in one of its own.
 */
export const finkvra = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> => {
  if (SERVICES.includes(args[0] ?? '')) return finkvraProcess(args, env);
  let stdout = '';
  let stderr = '';
  let failed = 0;
  const output: Output = {
    interactive: false,
    print: (text) => {
      stdout += `${text}\n`;
    },
    note: (text) => {
      stderr += `${text}\n`;
    },
    progress: () => undefined,
    exitCode: () => failed,
    fail: (code) => {
      failed = code;
    },
  };
  const code = await withoutTraps(() => runCommand(args, output, async () => cleanEnvironment(env)));
  return { code, stdout, stderr };
};

/** Runs `finkvra <args>` as a person would, in a process of its own. */
export const finkvraProcess = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> => {
  const child = spawn(process.execPath, [launcher, main, ...args], {
    cwd: tmpdir(),
    env: cleanEnvironment(env),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
};

export interface RunningService {
  readonly child: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  /** Kills it without warning, as a crash would. */
  kill(): Promise<void>;
  /** Stops it as Ctrl-C does; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts cron.ts, the real service, in a process of its own. */
export const startService = (env: Readonly<Record<string, string>>): RunningService =>
  run([join(root, 'cron.ts')], env);

/** Starts `finkvra <args>`, a command that runs until it is stopped. */
export const startCommand = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningService => run([main, ...args], env);

const run = (args: readonly string[], env: Readonly<Record<string, string>>): RunningService => {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: tmpdir(),
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    child,
    log: () => text,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
};

/** Settings that make the service work against this sandbox as it would against Slack. */
export const slackSettings = (sandbox: Sandbox): Record<string, string> => ({
  SLACK_BOT_TOKEN: sandbox.botToken,
  SLACK_APP_TOKEN: sandbox.appToken,
  SLACK_CHANNEL: sandbox.channel,
  SLACK_API_URL: sandbox.apiUrl,
  SLACK_POSTS_PER_SECOND: '1000',
});

/** Waits until `look` returns something; fails with `what` and the log otherwise. */
export const eventually = async <T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  log: () => string = () => '',
  ms = 30_000,
): Promise<T> => {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    await sleep(25);
  }
  throw new Error(`within ${ms / 1000} s there was no ${what}\n${log()}`);
};

const payloadOf = (message: StoredMessage): Record<string, unknown> => message.metadata?.event_payload ?? {};

/** Messages of one kind (header, card, report, digest), of one round if it is named. */
export const messagesOf = (sandbox: Sandbox, kind: string, round?: number): StoredMessage[] =>
  sandbox
    .messages()
    .filter((message) => payloadOf(message).kind === kind)
    .filter((message) => round === undefined || payloadOf(message).round === round);

export const isOpenCard = (message: StoredMessage): boolean =>
  message.blocks.some((block) => block.type === 'actions');

export const openCards = (sandbox: Sandbox): StoredMessage[] =>
  messagesOf(sandbox, 'card').filter(isOpenCard);

/** The object and candid that a card is about. */
export const subjectOf = (card: StoredMessage): { object: string; candid: string } => {
  const { object, candid } = payloadOf(card);
  if (typeof object !== 'string' || typeof candid !== 'string') throw new Error(`${card.ts} is no card`);
  return { object, candid };
};

/** All text of a message's blocks as people read it, with plain spaces. */
export const textOf = (message: StoredMessage): string =>
  JSON.stringify(message.blocks).replaceAll('\u00a0', ' ');
