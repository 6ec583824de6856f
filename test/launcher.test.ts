import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serviceAt } from '../src/service/service-lock.ts';
import { eventually, temporaryFolder } from './helpers/service.ts';

const root = join(import.meta.dirname, '..');
const launcher = join(root, 'bin', 'finkvra-node.mjs');

/** The package with this platform's Node; there is none of some platforms, which need Node 24 itself. */
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const withChild = test.skipIf(!existsSync(join(root, 'node_modules', nodePackage)));

/** Loaded before the launcher: it then takes the running Node for an old one, as on a machine with Node 20. */
const OLD =
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.19.0'}})";

/** Says which Node runs it, then waits; a signal is said too, and ends it with a code of its own. */
const PROBE = `
const args: readonly string[] = process.argv.slice(2);
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const) {
  process.on(name, () => { console.log('got ' + name); process.exit(7); });
}
process.emitWarning('not to be seen', 'ExperimentalWarning');
process.emitWarning('to be seen');
console.log(JSON.stringify({ pid: process.pid, node: process.versions.node, name: process.argv[1], args }));
if (args[0] === 'die') process.kill(process.pid, 'SIGKILL');
setTimeout(() => process.exit(9), args[0] === 'end' ? 0 : 60_000);
`;

let folder: ReturnType<typeof temporaryFolder>;
let probe: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  probe = join(folder.path, 'probe.ts');
  writeFileSync(probe, PROBE);
});
afterEach(() => {
  for (const child of started.splice(0)) if (groupLives(child)) process.kill(-(child.pid ?? 0), 'SIGKILL');
  folder.remove();
});

/** Started as the head of a process group, so that one can see whether anything of it is left. */
const start = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(command, args, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
    });
  }
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  return { child, text: () => text, ended };
};

const groupLives = (child: ChildProcess): boolean => {
  try {
    process.kill(-(child.pid ?? 0), 0);
    return true;
  } catch {
    return false;
  }
};

const said = (text: string): { pid: number; node: string; name: string; args: string[] } | null => {
  const line = text.split('\n').find((candidate) => candidate.startsWith('{'));
  return line === undefined ? null : JSON.parse(line);
};

const asOld = (...args: readonly string[]) => ['--import', OLD, launcher, ...args];

describe('the launcher', () => {
  test('a new Node runs the script in the same process, without the warnings that mean nothing', async () => {
    const run = start(process.execPath, [launcher, probe, 'end', '--json']);
    expect(await run.ended).toEqual({ code: 9, signal: null });
    expect(said(run.text())).toEqual({
      pid: run.child.pid,
      node: process.versions.node,
      name: probe,
      args: ['end', '--json'],
    });
    expect(run.text()).toContain('Warning: to be seen');
    expect(run.text()).not.toContain('not to be seen');
  });

  withChild(
    'an old one runs it on the Node of the lockfile, as a child whose exit code is passed on',
    async () => {
      const run = start(process.execPath, asOld(probe, 'end', '--json'));
      expect(await run.ended).toEqual({ code: 9, signal: null });
      const { pid, node, args } = said(run.text()) ?? { pid: run.child.pid, node: '', args: [] };
      expect(pid).not.toBe(run.child.pid);
      const named: { optionalDependencies: Record<string, string> } = JSON.parse(
        readFileSync(join(root, 'package.json'), 'utf8'),
      );
      expect(node).toBe(named.optionalDependencies[nodePackage]);
      expect(args).toEqual(['end', '--json']);
      expect(run.text()).toContain('Warning: to be seen');
      expect(run.text()).not.toContain('not to be seen');
    },
  );

  withChild.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)(
    'the child gets %s, once',
    async (signal) => {
      const run = start(process.execPath, asOld(probe));
      await eventually('start', () => said(run.text()), run.text);
      run.child.kill(signal);
      expect(await run.ended).toEqual({ code: 7, signal: null });
      expect(run.text().match(/got SIG\w+/g)).toEqual([`got ${signal}`]);
    },
  );

  withChild('a child that a signal ends ends the launcher by the same signal', async () => {
    const run = start(process.execPath, asOld(probe, 'die'));
    expect(await run.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('without a Node for the platform one sentence says what to install', async () => {
    const alone = join(folder.path, 'bin');
    mkdirSync(alone);
    copyFileSync(launcher, join(alone, 'finkvra-node.mjs'));
    const run = start(process.execPath, ['--import', OLD, join(alone, 'finkvra-node.mjs'), probe]);
    expect((await run.ended).code).toBe(1);
    expect(run.text()).toMatch(/^finkvra: this is Node 20\.19\.0 and .*: install Node 24 or newer .*\n$/);
  });

  test('what a shell of npm started does not outlive the shell', async () => {
    const command = `'${process.execPath}' '${launcher}' '${probe}'; true`;
    const run = start('/bin/sh', ['-c', command], { npm_lifecycle_event: 'finkvra' });
    await eventually('start', () => said(run.text()), run.text);
    run.child.kill('SIGTERM');
    await run.ended;
    expect(run.text()).toContain('got SIGTERM');
    await eventually('end of all processes', () => !groupLives(run.child), run.text);
  });
});

describe('npm start', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'given %s, it takes the service down, in order',
    async (signal) => {
      const run = start('npm', ['start'], { DATA_DIR: folder.path, SANDBOX_PORT: '0' });
      await eventually('round', () => run.text().includes('round opened'), run.text);
      run.child.kill(signal);
      expect(await run.ended).toEqual({ code: 0, signal: null });
      expect(run.text()).toContain('stopping');
      expect(groupLives(run.child)).toBe(false);
      expect(serviceAt(folder.path)).toBeNull();
    },
  );
});

test('npm start hands its flags on: the sandbox of the other chat opens', async () => {
  const run = start('npm', ['start', '--', '--chat', 'discord'], {
    DATA_DIR: folder.path,
    SANDBOX_PORT: '0',
  });
  await eventually('words', () => run.text().includes('DISCORD_TOKEN and DISCORD_CHANNEL'), run.text);
  run.child.kill('SIGTERM');
  await run.ended;
});

test('Ctrl-C in a terminal reaches npm and the service, and npm passes it on: that is one wish to end', async () => {
  const run = start('npm', ['start'], { DATA_DIR: folder.path, SANDBOX_PORT: '0' });
  await eventually('round', () => run.text().includes('round opened'), run.text);
  process.kill(-(run.child.pid ?? 0), 'SIGINT');
  await eventually('the first to be heard', () => run.text().includes('stopping'), run.text);
  if (groupLives(run.child)) process.kill(-(run.child.pid ?? 0), 'SIGINT');
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(groupLives(run.child)).toBe(false);
});

test('nothing that npm installs needs an install script', () => {
  const { packages }: { packages: Record<string, { hasInstallScript?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const needing = Object.keys(packages).filter((name) => packages[name]?.hasInstallScript === true);
  // esbuild's script only checks what its platform package brought; it runs without.
  expect(needing).toEqual(['node_modules/esbuild']);
});
