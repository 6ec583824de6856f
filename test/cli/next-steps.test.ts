import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Output } from '../../src/cli/output.ts';
import { COMMANDS, createProgram } from '../../src/cli/program.ts';
import { openStore } from '../../src/store/open-store.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';

type Settings = Readonly<Record<string, string>> & { readonly DATA_DIR: string };

const folder = temporaryFolder();
const nowhere = join(folder.path, 'nowhere');
const emptyStore: Settings = { DATA_DIR: join(folder.path, 'empty'), SOURCE: 'none' };
const noStore: Settings = { DATA_DIR: join(folder.path, 'none'), SOURCE: 'none' };
const fresh = (name: string): Settings => ({ ...noStore, DATA_DIR: join(folder.path, name) });

beforeAll(async () => {
  mkdirSync(emptyStore.DATA_DIR, { recursive: true });
  await (await openStore(join(emptyStore.DATA_DIR, 'finkvra.sqlite'))).destroy();
});
afterAll(() => folder.remove());

/** A command to type, a flag or setting to give, or what to choose from. */
const NEXT_STEP = /npm start|\bfinkvra [a-z-]|--[a-z]|\b[A-Z]{2,}(_[A-Z]+)*=|\bcheck the|Allowed choices/;

/**
 * Every command with what it must be given, what it says where there is no store, and in an empty one: `works`, or
 * fails with a next step.
 */
const CALLS: readonly {
  readonly call: string;
  readonly none: 'works' | 'fails';
  readonly empty: 'works' | 'fails';
}[] = [
  { call: 'pull', none: 'fails', empty: 'fails' },
  { call: `features --from ${nowhere}`, none: 'fails', empty: 'fails' },
  { call: 'features recompute', none: 'fails', empty: 'works' },
  { call: 'status', none: 'fails', empty: 'works' },
  { call: 'show ZTF18aaaaaaa', none: 'fails', empty: 'fails' },
  { call: 'export labels', none: 'fails', empty: 'works' },
  { call: 'simulate --seeds 1 --up-to 30 --strategies random', none: 'works', empty: 'works' },
  { call: 'importance', none: 'fails', empty: 'fails' },
  { call: 'models list', none: 'fails', empty: 'works' },
  { call: 'models show', none: 'fails', empty: 'fails' },
  { call: 'models promote 3', none: 'fails', empty: 'fails' },
  { call: 'models rollback', none: 'fails', empty: 'fails' },
  { call: 'rounds close', none: 'fails', empty: 'fails' },
  { call: 'starter show', none: 'works', empty: 'works' },
  { call: `starter export --out ${folder.path}/set.csv --force`, none: 'works', empty: 'works' },
  { call: `starter build --out ${folder.path}/own.csv`, none: 'fails', empty: 'fails' },
  { call: `import labels ${nowhere}.csv`, none: 'fails', empty: 'fails' },
  { call: `import training ${nowhere}.csv`, none: 'fails', empty: 'fails' },
  { call: 'quarantine list', none: 'fails', empty: 'works' },
  { call: 'quarantine show 1', none: 'fails', empty: 'fails' },
  { call: 'quarantine retry', none: 'fails', empty: 'works' },
  { call: 'quarantine discard', none: 'fails', empty: 'works' },
  { call: `dust install --from ${nowhere}`, none: 'fails', empty: 'fails' },
  { call: 'dust status', none: 'works', empty: 'works' },
  { call: 'backup', none: 'fails', empty: 'works' },
  { call: 'prune --dry-run', none: 'fails', empty: 'works' },
  { call: `store copy --to ${folder.path}/copy.sqlite`, none: 'fails', empty: 'works' },
  { call: `restore ${nowhere}`, none: 'fails', empty: 'fails' },
];

/**
 * Commands that are walked elsewhere: `doctor` says what to do in every line (test/cli/doctor.test.ts), and the
 * services run until they are stopped (test/service/roles.test.ts).
 */
const ELSEWHERE = ['doctor', 'serve', 'ingest'];

/** All commands that do something, by the words that call them. */
const callable = async (): Promise<string[]> => {
  const names: string[] = [];
  const walk = (command: Command, path: readonly string[]): void => {
    if (command.commands.length === 0 || path.join(' ') === 'features') names.push(path.join(' '));
    for (const child of command.commands) walk(child, [...path, child.name()]);
  };
  const output: Output = {
    interactive: false,
    print: () => undefined,
    note: () => undefined,
    progress: () => undefined,
    exitCode: () => 0,
    fail: () => undefined,
  };
  for (const { name } of COMMANDS) {
    const program = await createProgram(output, [name], async () => noStore);
    const command = program.commands.find((one) => one.name() === name);
    if (command !== undefined) walk(command, [name]);
  }
  return names;
};

describe('the first error of every command tells the next step', () => {
  test('all commands are walked', async () => {
    const walked = CALLS.map(({ call }) => call);
    const missing = (await callable()).filter(
      (name) => !ELSEWHERE.includes(name) && !walked.some((call) => `${call} `.startsWith(`${name} `)),
    );
    expect(missing).toEqual([]);
  });

  test.each(CALLS)('finkvra $call: without a store it $none, with an empty one it $empty', async (entry) => {
    const args = entry.call.split(' ');
    const without = fresh(entry.call.replaceAll(/\W+/g, '-').slice(0, 60));
    for (const [env, expected] of [
      [without, entry.none],
      [emptyStore, entry.empty],
    ] as const) {
      const { code, stderr } = await finkvra(args, env);
      expect(code === 0 ? 'works' : 'fails', stderr).toBe(expected);
      if (expected === 'fails') expect(stderr).toMatch(NEXT_STEP);
    }
    // No command that fails, or only reads, makes a store.
    expect(existsSync(without.DATA_DIR ?? '')).toBe(false);
  });

  test.each([
    ['nothing'],
    ['statuss'],
    ['show'],
    ['export'],
    ['export', 'stars'],
    ['export', 'labels', '--format', 'xml'],
    ['features'],
    ['simulate', '--from', `${nowhere}.csv`],
    ['simulate', '--seeds', '0'],
    ['simulate', '--engines', 'boosting'],
    ['simulate', '--sets', 'all'],
    ['simulate', '--strategies', 'luck'],
    ['models', 'promote', 'first'],
    ['models'],
    ['rounds'],
    ['starter', 'build'],
    ['starter'],
    ['import'],
    ['import', 'labels'],
    ['quarantine'],
    ['quarantine', 'show', 'x'],
    ['dust'],
    ['pull', '--from', nowhere],
    ['pull', '--wat'],
    ['backup', '--out'],
    ['restore'],
    ['status', 'now'],
  ])('bad words: finkvra %s %s %s', async (...args) => {
    const { code, stderr } = await finkvra(
      args.filter((one) => one !== undefined),
      emptyStore,
    );
    expect(code).not.toBe(0);
    expect(stderr).toMatch(NEXT_STEP);
  });

  test('words that a command does not know lead to its own help, not to the list of all', async () => {
    expect((await finkvra(['status', 'now'], emptyStore)).stderr).toContain('finkvra status --help');
    expect((await finkvra(['models', 'promote'], emptyStore)).stderr).toContain(
      'finkvra models promote --help',
    );
    expect((await finkvra(['nothing'], emptyStore)).stderr).toContain('finkvra --help');
  });
});

describe('finkvra simulate without labels of one’s own', () => {
  const quick = ['simulate', '--seeds', '1', '--up-to', '30', '--strategies', 'random'];

  test.each([
    ['without a store', noStore],
    ['with an empty one', emptyStore],
  ])('%s plays on the starting set that ships with the program, and says so', async (_, env) => {
    const { code, stdout, stderr } = await finkvra(quick, env);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /simulation uses the starting set that comes with finkvra \(148 public labelled objects/,
    );
    expect(stderr).toContain('--from');
    expect(stdout).toMatch(/148 rows of 148 objects/);
    const { table } = JSON.parse((await finkvra([...quick, '--json'], env)).stdout);
    expect(table.source).toBe('starting set');
  });

  test('of another question it says what to do: the starting set is of galactic or not', async () => {
    const { code, stderr } = await finkvra(quick, { ...noStore, MODEL_TYPE: 'real' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/MODEL_TYPE=galactic|--from/);
  });

  test('a start with the starting set is not compared on that set itself', async () => {
    const { code, stderr } = await finkvra([...quick, '--starts', 'cold,starter'], noStore);
    expect(code).toBe(1);
    expect(stderr).toContain('--from');
  });
});
