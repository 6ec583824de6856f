import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serviceAt, takeServiceLock } from '../../src/service/service-lock.ts';
import { eventually, temporaryFolder } from '../helpers/service.ts';

const PAIRS = 20;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const answer = async (child: ChildProcess): Promise<string> => String((await once(child, 'message'))[0]);

const started = async (): Promise<ChildProcess> => {
  const child = fork(join(import.meta.dirname, 'lock-process.ts'));
  expect(await answer(child)).toBe('ready');
  return child;
};

const told = (child: ChildProcess, order: object | string): Promise<string> => {
  const reply = answer(child);
  child.send(order);
  return reply;
};

const take = (child: ChildProcess, path = folder.path, at = 0): Promise<string> =>
  told(child, { folder: path, at });

const killed = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

describe('in two processes', () => {
  let one: ChildProcess;
  let other: ChildProcess;
  beforeAll(async () => {
    [one, other] = await Promise.all([started(), started()]);
  });
  afterAll(async () => {
    await Promise.all([killed(one), killed(other)]);
  });

  test(`of two that start in the same instant exactly one wins, ${PAIRS} times of ${PAIRS}`, async () => {
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const path = join(folder.path, String(pair));
      const at = Date.now() + 15;
      const outcomes = await Promise.all([take(one, path, at), take(other, path, at)]);
      expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome.startsWith('Another finkvra service'))).toHaveLength(1);
      await Promise.all([told(one, 'give-back'), told(other, 'give-back')]);
    }
  });

  test('who is refused reads who holds it, where and since when', async () => {
    expect(await take(one)).toBe('held');
    expect(await take(other)).toMatch(
      new RegExp(
        `process ${one.pid} on ${hostname()}, since 20..-..-..T.*works on ${folder.path}: stop it first`,
      ),
    );
    expect(serviceAt(folder.path)).toMatchObject({ pid: one.pid, host: hostname() });
    await told(one, 'give-back');
    expect(serviceAt(folder.path)).toBeNull();
    expect(await take(other)).toBe('held');
    await told(other, 'give-back');
  });
});

test('killed, it holds nothing, whatever files it left', async () => {
  const child = await started();
  expect(await take(child)).toBe('held');
  expect(() => takeServiceLock(folder.path)).toThrow(/process \d+ on/);
  await killed(child);
  expect(existsSync(join(folder.path, 'service.lock.json'))).toBe(true);
  await eventually('the lock given back by the system', () => serviceAt(folder.path) === null);
  takeServiceLock(folder.path)();
});

test('a lock of an earlier version, even with the number of a process that lives, is removed', () => {
  writeFileSync(join(folder.path, 'service.lock'), `${process.ppid}\n`);
  const giveBack = takeServiceLock(folder.path, new Date('2026-03-02T10:00:00Z'));
  expect(existsSync(join(folder.path, 'service.lock'))).toBe(false);
  const holder = JSON.parse(readFileSync(join(folder.path, 'service.lock.json'), 'utf8'));
  expect(holder).toEqual({ pid: process.pid, host: hostname(), since: '2026-03-02T10:00:00.000Z' });
  giveBack();
});

test('a folder that cannot be written is named with what to do', () => {
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  expect(() => takeServiceLock(join(file, 'data'))).toThrow(/cannot be taken: .*Set DATA_DIR to a folder/);
});
