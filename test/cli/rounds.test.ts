import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepTrouble, readTrouble } from '../../src/store/chat/channel-trouble.ts';
import { openStore } from '../../src/store/open-store.ts';
import { candidatesOf, findRound } from '../../src/store/rounds/rounds.ts';
import { fillWithRound } from '../bot/outbox/open-round.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;
let path: string;

beforeEach(async () => {
  folder = temporaryFolder();
  env = { DATA_DIR: folder.path, SOURCE: 'none' };
  path = join(folder.path, 'finkvra.sqlite');
  mkdirSync(folder.path, { recursive: true });
  const db = await openStore(path);
  await fillWithRound(db, 3);
  await db.destroy();
});
afterEach(() => folder.remove());

test('rounds close ends the open round for the service to train on, and there is no second time', async () => {
  const first = await finkvra(['rounds', 'close', '--json'], env);
  expect(JSON.parse(first.stdout)).toEqual({ round: 1, as: 'early', withdrawn: 3 });
  const db = await openStore(path);
  expect(await findRound(db, 1)).toMatchObject({ state: 'training', ended_as: 'early' });
  expect((await candidatesOf(db, 1)).map(({ state }) => state)).toEqual(Array(3).fill('withdrawn'));
  await db.destroy();
  const second = await finkvra(['rounds', 'close'], env);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('its model is training: the round closes by itself');
});

test('rounds close --abandon closes it without a model; status says what keeps messages from the channel', async () => {
  const { stdout } = await finkvra(['rounds', 'close', '--abandon'], env);
  expect(stdout).toContain('Round 1 is abandoned, 3 unanswered. Its answers are kept.');
  const db = await openStore(path);
  expect(await findRound(db, 1)).toMatchObject({ state: 'closed', report: null, ended_as: 'abandoned' });
  const since = '2026-05-02T12:00:00.000Z';
  await keepTrouble(db, { channel: 'C1', what: 'posts', advice: 'Invite the bot with /invite', since });
  expect(await readTrouble(db)).toHaveLength(1);
  await db.destroy();
  const status = await finkvra(['status'], env);
  expect(status.stdout).toContain('No round is open.');
  expect(status.stdout).toContain(
    'Nothing can be posted since 2026-05-02 12:00 UTC, and 4 messages wait. Invite the bot with /invite.',
  );
  const doctor = await finkvra(['doctor', '--json'], env);
  expect(JSON.parse(doctor.stdout)).toContainEqual(
    expect.objectContaining({ name: 'messages', state: 'wrong' }),
  );
});
