import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import { slackSettings, startService, temporaryFolder } from '../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;
let taken: Server;
let port: string;

beforeAll(async () => {
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  port = typeof address === 'object' && address !== null ? String(address.port) : '';
});
afterAll(() => taken.close());
beforeEach(() => {
  folder = temporaryFolder();
  dataDir = join(folder.path, 'data');
});
afterEach(() => folder.remove());

/** What a start that fails says, and its exit code. */
const failedStart = async (env: Record<string, string>): Promise<{ code: number | null; said: string }> => {
  const { child, log } = startService({ DATA_DIR: dataDir, SANDBOX_PORT: '0', ...env });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, said: log() };
};

const garbage = (name: string): void => {
  mkdirSync(join(dataDir, 'simulated'), { recursive: true });
  writeFileSync(join(dataDir, name), 'this is no database, but long enough to look like a file of something');
};

const cases: [string, () => Record<string, string>, RegExp][] = [
  [
    'the port of the sandbox is taken',
    () => ({ SANDBOX_PORT: port }),
    /Port \d+ of 127\.0\.0\.1 is taken: set SANDBOX_PORT/,
  ],
  ['the port for monitors is taken', () => ({ METRICS_PORT: port }), /127\.0\.0\.1:\d+ .*: set METRICS_PORT/],
  [
    'the store is no store',
    () => {
      garbage('simulated/finkvra.sqlite');
      return { SOURCE: 'simulated' };
    },
    /simulated\/finkvra\.sqlite/,
  ],
  [
    'the workspace of the sandbox is damaged',
    () => {
      garbage('simulated/sandbox.sqlite');
      return {};
    },
    /sandbox\.sqlite.*: move it away/,
  ],
  [
    'the guidelines are a folder',
    () => ({ GUIDELINES_FILE: folder.path }),
    /GUIDELINES_FILE.* cannot be read/,
  ],
  [
    'the data folder cannot be made',
    () => {
      writeFileSync(join(folder.path, 'file'), '');
      return { DATA_DIR: join(folder.path, 'file', 'data') };
    },
    /Set DATA_DIR to a folder that can be written/,
  ],
];

test.each(cases)('%s: a sentence that says what to do, no stack trace', async (_, prepare, words) => {
  const { code, said } = await failedStart(prepare());
  expect(code).toBe(1);
  const [told = '', ...more] = said.split('\n').filter((line) => line.startsWith('finkvra: '));
  expect(more).toEqual([]);
  expect(told, said).toMatch(words);
  expect(said).not.toMatch(/^\s+at .*:\d+:\d+/m);
});

test('wrong tokens are told in words, and leave no empty store behind', async () => {
  const slack = await startRoomySandbox();
  const { code, said } = await failedStart({
    ...slackSettings(slack),
    SLACK_BOT_TOKEN: 'xoxb-wrong',
    SOURCE: 'none',
  });
  await slack.stop();
  expect(code).toBe(1);
  expect(said).toMatch(/^finkvra: .*(invalid_auth|SLACK_BOT_TOKEN)/m);
  expect(said).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(existsSync(join(dataDir, 'finkvra.sqlite'))).toBe(false);
});
