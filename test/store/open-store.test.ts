import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkStore } from '../../src/store/check-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../helpers/service.ts';

const module = join(import.meta.dirname, '..', '..', 'src', 'store', 'open-store.ts');

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'finkvra.sqlite');
});
afterEach(() => folder.remove());

const openElsewhere = () =>
  spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      `const { openStore } = await import(${JSON.stringify(module)}); process.send('ready');
       await new Promise((go) => process.once('message', go));
       const db = await openStore(${JSON.stringify(path)}); await db.destroy(); process.disconnect();`,
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );

test('processes that open a new store at the same time all get it whole', async () => {
  const processes = Array.from({ length: 4 }, openElsewhere);
  await Promise.all(processes.map((child) => once(child, 'message')));
  for (const child of processes) child.send('go');
  const codes = await Promise.all(processes.map(async (child) => (await once(child, 'exit'))[0]));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(checkStore(path)).toEqual({ integrity: 'ok', pending: [], unknown: [] });
});

test('killed while it makes its tables, the next start makes them', async () => {
  for (const ms of [0, 2, 5, 10, 20]) {
    const child = openElsewhere();
    await once(child, 'message');
    child.send('go');
    await sleep(ms);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const db = await openStore(path);
    await db.destroy();
    expect(checkStore(path).integrity).toBe('ok');
    folder.remove();
    folder = temporaryFolder();
    path = join(folder.path, 'finkvra.sqlite');
  }
});
