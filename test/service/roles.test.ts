import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import {
  eventually,
  finkvra,
  messagesOf,
  type RunningService,
  slackSettings,
  startCommand,
  temporaryFolder,
} from '../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
let running: RunningService | null = null;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await running?.kill();
  running = null;
  folder.remove();
});

test('with the store in a file finkvra serve pulls nothing, says so, and takes up what a terminal pulls', async () => {
  const sandbox = await startRoomySandbox();
  try {
    const env = {
      ...slackSettings(sandbox),
      DATA_DIR: folder.path,
      SOURCE: 'simulated',
      SIMULATION_SIZE: '60',
      NEXT_ROUND: 'at-once',
      FIRST_ROUND_SIZE: '4',
    };
    running = startCommand(['serve'], env);
    const { log } = running;
    await eventually('word of where alerts come from', () => log().includes('next round'), log);
    expect(log()).toContain(
      'alerts: finkvra serve pulls none. With the store in a file take them in with finkvra pull; npm start pulls by itself',
    );
    const status = await finkvra(['status'], env);
    expect(status.stdout).toContain('No pull yet');
    const pulled = await finkvra(['pull'], env);
    expect(pulled.code, pulled.stderr).toBe(0);
    await eventually('the first round', () => messagesOf(sandbox, 'card').length === 4, log);
    expect(await running.stop(), log()).toBe(0);
  } finally {
    await sandbox.stop();
  }
});

test('with the store in a file finkvra ingest refuses, and says what it needs', async () => {
  const { code, stderr } = await finkvra(['ingest'], { DATA_DIR: folder.path, KAFKA_GROUP_ID: 'team' });
  expect(code).toBe(1);
  expect(stderr).toContain('set STORE_URL=postgres://');
  expect(stderr).toContain('npm start pulls by itself');
});
