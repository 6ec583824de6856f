import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../helpers/service.ts';

const script = join(import.meta.dirname, 'faulty-service.ts');

const run = (...args: string[]) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args]);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const ended = once(child, 'close').then(([code]) => code);
  return { child, text: () => text, ended, starts: () => text.match(/^(start|stop) \d/gm) ?? [] };
};

test.each(['throws', 'rejects'])(
  'after an error that nobody caught (%s) the service stops and starts anew, and says so',
  async (fault) => {
    const service = run(fault, '1');
    await eventually('second start', () => service.text().includes('start 2'), service.text);
    expect(service.starts()).toEqual(['start 1', 'stop 1', 'start 2']);
    expect(service.text()).toMatch(/an error that nobody expected: the service starts anew, nothing is lost/);
    expect(service.text()).toMatch(/"error":"a (listener threw|promise was forgotten)"/);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.starts().at(-1)).toBe('stop 2');
  },
);

test('one that fails at every start ends in order, with 1', async () => {
  const service = run('throws', '99');
  expect(await service.ended).toBe(1);
  expect(service.text()).toContain('it happened too often: the service ends');
  expect(service.starts()).toEqual([1, 2, 3, 4].flatMap((number) => [`start ${number}`, `stop ${number}`]));
});

test('a start that fails is one sentence and exit code 1, no stack trace', async () => {
  const service = run('cannot start');
  expect(await service.ended).toBe(1);
  expect(service.text()).toBe('finkvra: port 3210 is taken: set SANDBOX_PORT to another one\n');
});
