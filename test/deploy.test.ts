import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../src/cli/program.ts';
import { readConfig, readEnvFile } from '../src/config/config.ts';
import { LEAVES } from '../src/config/settings.ts';
import { eventually, temporaryFolder } from './helpers/service.ts';

/** What the image sets for Node and the C library, not for the service. */
const OF_THE_RUNTIME = ['NODE_ENV', 'MALLOC_ARENA_MAX'];

const root = join(import.meta.dirname, '..');
const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const known = new Set(LEAVES.map(({ env }) => env));

let folder: ReturnType<typeof temporaryFolder>;
let child: ChildProcess | null = null;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  folder.remove();
});

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/** Instructions of the Dockerfile's last stage, word and rest. */
const instructions = (
  read('Dockerfile')
    .split(/^FROM .*$/m)
    .at(-1) ?? ''
)
  .split('\n')
  .flatMap((line) => /^([A-Z]+) +(.*)$/.exec(line)?.slice(1, 3) ?? [])
  .reduce<[string, string][]>((all, word, at, words) => {
    if (at % 2 === 0) all.push([word, words[at + 1] ?? '']);
    return all;
  }, []);
const all = (word: string): string[] => instructions.filter(([one]) => one === word).map(([, rest]) => rest);
const listIn = (text: string | undefined): string[] => JSON.parse(/\[.*\]$/.exec(text ?? '')?.[0] ?? '[]');

/** What the image takes from the project. */
const copied = all('COPY')
  .filter((rest) => !rest.startsWith('--from'))
  .map((rest) => rest.split(' '))
  .flatMap((words) => words.slice(0, -1).map((from) => ({ from, to: words.at(-1) ?? '' })));

describe('the image', () => {
  test('takes everything that runs, and nothing that does not', () => {
    const forDevelopment = [
      ...['.cache', '.ci', '.git', 'bench', 'coverage', 'data', 'deploy', 'node_modules', 'scripts', 'test'],
      ...['artifacts', 'python'],
    ];
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const expected = folders.map(({ name }) => name).filter((name) => !forDevelopment.includes(name));
    expect(copied.map(({ from }) => from).sort()).toEqual([...expected, 'cron.ts', 'package.json'].sort());
    const sent = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    for (const { from } of copied) expect(sent).toContain(`!${from}`);
  });

  test('started as it starts, it is well, and ends in order', async () => {
    for (const { from, to } of copied) {
      const target = to.endsWith('/') ? join(folder.path, to, basename(from)) : join(folder.path, to);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(root, from), target, { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'));
    const settings = Object.fromEntries(all('ENV').map((rest) => rest.split('=')));
    expect(
      Object.keys(settings).filter((name) => !OF_THE_RUNTIME.includes(name) && !known.has(name)),
    ).toEqual([]);
    const env = {
      PATH: process.env.PATH,
      ...settings,
      DATA_DIR: join(folder.path, 'volume'),
      METRICS_PORT: String(await freePort()),
      SANDBOX_PORT: '0',
    };
    const [program, ...args] = listIn(all('CMD')[0]);
    expect(program).toBe('node');
    const started = spawn(process.execPath, args, { cwd: folder.path, env });
    child = started;
    let text = '';
    started.stdout.on('data', (chunk) => {
      text += chunk;
    });
    started.stderr.on('data', (chunk) => {
      text += chunk;
    });
    const ended = new Promise((resolve) => started.on('exit', resolve));
    const [checker, ...check] = listIn(all('HEALTHCHECK')[0]);
    expect(checker).toBe('node');
    const health = () => spawnSync(process.execPath, check, { cwd: folder.path, env, encoding: 'utf8' });
    expect(health().status).toBe(1);
    await eventually(
      'health',
      () => health().status === 0,
      () => text,
    );
    expect(JSON.parse(health().stdout)).toMatchObject({ status: 'ok' });
    await eventually(
      'round',
      () => text.includes('round opened'),
      () => text,
    );
    started.kill('SIGTERM');
    expect(await ended).toBe(0);
    const { status, stderr } = health();
    expect(status).toBe(1);
    expect(stderr).toContain('does not answer');
  });

  test('the compose file keeps the data on a volume and the ports to this machine', () => {
    const { services, volumes } = parse(read('compose.yaml'));
    const { finkvra } = services;
    const [data] = all('VOLUME');
    expect(finkvra.volumes).toEqual([`finkvra-data:${data}`]);
    expect(Object.keys(volumes)).toEqual(['finkvra-data']);
    expect(all('ENV')).toContain(`DATA_DIR=${data}`);
    for (const port of finkvra.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(finkvra.env_file).toBe('.env');
    // What the image and its health check rely on holds whatever .env says.
    for (const [name, value] of Object.entries(finkvra.environment))
      expect(all('ENV')).toContain(`${name}=${value}`);
    expect(Object.keys(finkvra.environment)).toContain('METRICS_PORT');
  });
});

describe('several processes', () => {
  test('the compose file runs the commands of the image on one database and one folder', () => {
    const { services, volumes } = parse(read('deploy', 'compose-postgres.yaml'), { merge: true });
    const [data] = all('VOLUME');
    for (const name of ['serve', 'ingest']) {
      const { command, volumes: mounted, environment, deploy } = services[name];
      expect(command).toEqual(['node', 'bin/finkvra.mjs', name]);
      expect(COMMANDS.map((one) => one.name)).toContain(name);
      expect(mounted).toEqual([`finkvra-data:${data}`]);
      expect(deploy.replicas).toBe(2);
      for (const setting of Object.keys(environment)) expect(known.has(setting)).toBe(true);
      expect(environment.STORE_URL).toContain(`@${Object.keys(services)[0]}/`);
    }
    expect(Object.keys(volumes)).toEqual(['finkvra-data', 'finkvra-database']);
  });
});

describe.each([
  ['finkvra.service', ['node', 'bin/finkvra-node.mjs', 'cron.ts']],
  ['finkvra-serve.service', ['node', 'bin/finkvra.mjs', 'serve']],
  ['finkvra-ingest@.service', ['node', 'bin/finkvra.mjs', 'ingest']],
])('the systemd unit %s', (file, command) => {
  const unit = read('deploy', file);
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  test('starts its command, with the lockfile’s Node, and knows its settings', () => {
    const [program = '', ...args] = value('ExecStart').split(' ');
    const home = value('WorkingDirectory');
    expect(['node', ...args]).toEqual(command);
    if (file === 'finkvra.service') expect(command).toEqual(listIn(all('CMD')[0]));
    expect(program.startsWith(`${home}/node_modules/.bin/`)).toBe(true);
    const [name = ''] = value('Environment').split('=');
    expect(known.has(name)).toBe(true);
    expect(value('Environment')).toBe(`DATA_DIR=/var/lib/${value('StateDirectory')}`);
  });

  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  test.skipIf(!systemd)('systemd finds no fault in it', () => {
    const home = value('WorkingDirectory');
    // As it would stand on a machine where the project is installed.
    const installed = unit
      .replaceAll(`${home}/node_modules/.bin/node`, process.execPath)
      .replaceAll(home, root);
    const path = join(folder.path, file);
    writeFileSync(path, installed);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

test('.env.example holds settings that exist, and is read as it is', () => {
  const path = join(folder.path, '.env');
  const text = read('.env.example');
  const names = [...text.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
  writeFileSync(path, text);
  // It goes into the unit and the container as it is, which have a folder of their own.
  expect(readEnvFile(path).DATA_DIR).toBeUndefined();
  expect(readConfig(readEnvFile(path)).slack).toBeNull();
});

test('the version is told in one way everywhere', () => {
  const { version, license }: { version: string; license: string } = JSON.parse(read('package.json'));
  expect(read('CHANGELOG.md')).toContain(`## ${version}`);
  expect(read('LICENSE')).toContain(license);
});
