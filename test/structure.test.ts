import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

// How the house is built, so that a stranger finds things: docs/architecture.md says what is where.

const root = join(import.meta.dirname, '..');
const files = globSync(['src/**/*.ts', 'packages/*/src/**/*.ts'], { cwd: root });

const MOST_FILES = 15;
const FEWEST_LINES = 20;
/** Rooms in which a file is one of many of a kind, and may be short: a feature, a word, a listener. */
const ONE_OF_MANY = /\/(features|strategies|words|listeners|migrations)\//;

/** Names that occur twice in a floor, each with its reason. */
const DOUBLED: Readonly<Record<string, string>> = {
  'index.ts': 'the list of a folder',
};

/** Short files all the same, each with its reason. */
const SHORT: Readonly<Record<string, string>> = {
  'src/cli/main.ts': 'the entry of the process, apart so that tests can call the commands without one',
  'src/lib/parse-exact.ts': 'one way to read JSON, which two rooms share and nothing else there is about',
};

/** The part of a path that is a floor: src/store, packages/slack-sandbox. */
const floorOf = (file: string): string => file.split(/[\\/]/).slice(0, 2).join('/');

/** The two chats stand side by side, each with its own file for what both do. */
const chatOf = (file: string): string => /^src\/bot\/(slack|discord)\//.exec(file)?.[1] ?? '';

const grouped = (key: (file: string) => string): [string, string[]][] =>
  Object.entries(Object.groupBy(files, key)).map(([name, group]) => [name, group ?? []]);

describe('the house', () => {
  test(`no folder has more than ${MOST_FILES} files`, () => {
    expect(files.length).toBeGreaterThan(300);
    const full = grouped(dirname).filter(([, group]) => group.length > MOST_FILES);
    expect(full.map(([folder, group]) => `${folder}: ${group.length} files`)).toEqual([]);
  });

  test(`no file has ${FEWEST_LINES} lines or fewer, but for those that are one of many`, () => {
    const lines = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length - 1;
    const short = files
      .filter((file) => !ONE_OF_MANY.test(file) && basename(file) !== 'index.ts')
      .filter((file) => SHORT[file] === undefined)
      .filter((file) => lines(file) <= FEWEST_LINES);
    expect(short).toEqual([]);
  });

  test('no name occurs twice in a floor', () => {
    const twice = grouped((file) => `${floorOf(file)} ${chatOf(file)}: ${basename(file)}`).filter(
      ([, group]) => group.length > 1 && DOUBLED[basename(group[0] ?? '')] === undefined,
    );
    expect(twice.map(([, group]) => group.join(' and '))).toEqual([]);
  });

  test('every floor says what is in it', () => {
    const floors = new Set(files.filter((file) => file.split('/').length > 3).map(floorOf));
    const readmes = globSync(['src/*/README.md', 'packages/*/README.md', 'packages/*/src/README.md'], {
      cwd: root,
    });
    const silent = [...floors].filter((floor) => !readmes.some((readme) => readme.startsWith(`${floor}/`)));
    expect(silent).toEqual([]);
  });
});
