import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { words } from '../src/bot/words/index.ts';
import { COMMANDS } from '../src/cli/program.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;

const documents = globSync(
  ['*.md', 'docs/**/*.md', 'src/**/README.md', 'packages/*/README.md', 'packages/*/src/**/README.md'],
  { cwd: root },
);

/** What of the project a document can name in backticks by its path from the top. */
const FOLDERS = ['src', 'test', 'docs', 'bench', 'scripts', 'packages', 'bin', 'deploy', 'assets', '.ci'];

/** A path with a place for a name in it (`<task>`), or a file that only a clone's user makes. */
const isPattern = (path: string): boolean => /[<>*{}…]/.test(path);

const codeIn = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

describe.each(documents)('%s', (name) => {
  const text = read(name);

  test('every file that it links to is there', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
    const broken = links.filter(
      (link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(name), link)),
    );
    expect(broken).toEqual([]);
  });

  test('every path of the project that it names is there', () => {
    const paths = codeIn(text).filter(
      (code) => FOLDERS.some((folder) => code.startsWith(`${folder}/`)) && !/\s/.test(code),
    );
    const missing = paths.filter(
      (path) =>
        !isPattern(path) && ![root, join(root, dirname(name))].some((at) => existsSync(join(at, path))),
    );
    expect(missing).toEqual([]);
  });

  test('every script and command that it tells to run is there', () => {
    const run = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script);
    const tasks = [...text.matchAll(/npm run bench -- ([\w-]+)/g)].map(([, task = '']) => task);
    const commands = [...text.matchAll(/`(?:npm run )?finkvra (?:-- )?([a-z]+)/g)].map(
      ([, word = '']) => word,
    );
    expect(run.filter((script) => !(script in scripts))).toEqual([]);
    expect(tasks.filter((task) => !existsSync(join(root, 'bench', `${task}.ts`)))).toEqual([]);
    expect(commands.filter((word) => COMMANDS.every((command) => command.name !== word))).toEqual([]);
  });
});

describe('docs/commands.md', () => {
  const rows = read('docs/commands.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));

  test('lists every command of the terminal', () => {
    const listed = new Set(rows.flatMap((row) => /^\| `finkvra ([a-z]+)/.exec(row)?.[1] ?? []));
    expect(COMMANDS.map(({ name }) => name).filter((name) => !listed.has(name))).toEqual([]);
  });

  test('lists every word of `/finkvra`, as it is typed', () => {
    const listed = new Set(rows.flatMap((row) => codeIn(row.split('|')[1] ?? '')));
    const typed = words.map(({ word, usage }) => `${word} ${usage}`.trim());
    expect([...typed, 'help'].filter((word) => !listed.has(word))).toEqual([]);
  });
});
