import { describe, expect, test } from 'vitest';
import type { Output } from '../../src/cli/output.ts';
import { COMMANDS, createProgram } from '../../src/cli/program.ts';
import { finkvraProcess } from '../helpers/service.ts';

const silent: Output = {
  print: () => undefined,
  note: () => undefined,
  progress: () => undefined,
  interactive: false,
  exitCode: () => 0,
  fail: () => undefined,
};

const takenBy = (command: {
  registeredArguments: readonly { name(): string; required: boolean }[];
}): string =>
  command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)).join(' ');

describe('the list of commands', () => {
  test.each(COMMANDS)('$name is there as it is listed', async ({ name, takes, load }) => {
    const command = (await load())(silent, {});
    expect(command.name()).toBe(name);
    expect(takenBy(command)).toBe(takes ?? '');
  });

  test('the one that is named is whole, the others are not loaded', async () => {
    const program = await createProgram(silent, ['show', 'ZTF25aapafwq'], async () => ({}));
    expect(program.commands.map((command) => command.name())).toEqual(COMMANDS.map(({ name }) => name));
    const withOptions = program.commands.filter((command) => command.options.length > 0);
    expect(withOptions.map((command) => command.name())).toEqual(['show']);
  });

  test('help does not look at the environment', async () => {
    const environment = () => Promise.reject(new Error('read'));
    const program = await createProgram(silent, ['--help'], environment);
    await expect(program.parseAsync(['--help'], { from: 'user' })).rejects.toThrow('(outputHelp)');
  });
});

test('finkvra --version names the version and the Node that runs it; a command’s help says what it is for', async () => {
  const { code, stdout } = await finkvraProcess(['--version'], {});
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+ \(Node \d+\.\d+\.\d+\)\n$/);
  const help = await finkvraProcess(['help', 'export'], {});
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('Export the store’s tables.');
  expect(help.stdout).toContain('--out');
});
