import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  /** Only when the line is reached. */
  readonly loaded: boolean;
}

const imports: Import[] = globSync(['src/**/*.ts', 'packages/**/src/**/*.ts', 'cron.ts'], {
  cwd: root,
}).flatMap((from) =>
  [
    ...readFileSync(join(root, from), 'utf8').matchAll(
      /^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gms,
    ),
  ].map(([, type, named, loaded]) => {
    const to = named ?? loaded ?? '';
    return {
      from,
      to: to.startsWith('.') ? relative(root, resolve(root, from, '..', to)) : to,
      typeOnly: type !== undefined,
      loaded: loaded !== undefined,
    };
  }),
);

const breaking = (folder: string, forbidden: RegExp): string[] =>
  imports
    .filter(({ from, to }) => from.startsWith(folder) && forbidden.test(to))
    .map(({ from, to }) => `${from} imports ${to}`);

test('the pipeline knows neither Slack nor SQL, nor anything that stands on it', () => {
  expect(imports.length).toBeGreaterThan(100);
  expect(
    breaking(
      'src/pipeline/',
      /^(src\/(store|loop|bot|cli|config|service|mlflow|pictures|simulation)|slack-sandbox|packages|@slack|kysely|node:sqlite)/,
    ),
  ).toEqual([]);
});

test('the store knows of the pipeline its types and names only, and nothing of what stands on it', () => {
  expect(
    breaking('src/store/', /^(src\/(loop|bot|cli|config|service)|slack-sandbox|packages|@slack)/),
  ).toEqual([]);
});

test('a migration imports nothing of ours: what it did to old stores never changes', () => {
  const folder = 'src/store/migrations/';
  const foreign = imports.filter(({ from, to }) => from.startsWith(folder) && !/^(kysely$|node:)/.test(to));
  expect(foreign.filter(({ from }) => from !== `${folder}index.ts`)).toEqual([]);
});

test('the loop knows no chat', () => {
  expect(breaking('src/loop/', /^(src\/(bot|cli|config|service)|slack-sandbox|packages|@slack)/)).toEqual([]);
});

test('the bot does not know the sandbox, and the sandbox does not know the bot', () => {
  expect(breaking('src/bot/', /^(src\/(cli|service)|slack-sandbox|packages)/)).toEqual([]);
  expect(breaking('packages/', /^(src|test|cron\.ts)(\/|$)/)).toEqual([]);
});

test('a package imports only what its own package.json names', () => {
  for (const folder of globSync('packages/*', { cwd: root })) {
    const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    );
    const known = new RegExp(`^(node:|${folder}/|(${Object.keys(dependencies).join('|')})(/|$))`);
    const strange = imports.filter(({ from, to }) => from.startsWith(`${folder}/`) && !known.test(to));
    expect(strange).toEqual([]);
  }
});

test('the rest knows a package by its name, and the service alone opens the sandbox', () => {
  expect(breaking('src/', /^packages\//)).toEqual([]);
  const opening = imports.filter(
    ({ from, to }) => from.startsWith('src/') && /^(slack|discord)-sandbox/.test(to),
  );
  expect(opening.map(({ from, to }) => `${from} opens ${to}`)).toEqual([
    'src/service/open-sandbox.ts opens slack-sandbox',
    'src/service/open-sandbox.ts opens discord-sandbox',
  ]);
});

test('a chat knows nothing of the other, and what draws it is loaded by those alone who work in it', () => {
  expect(breaking('src/bot/slack/', /^(src\/bot\/discord|@discordjs\/|discord)/)).toEqual([]);
  expect(breaking('src/bot/discord/', /^(src\/bot\/slack|@slack\/)/)).toEqual([]);
  const intoChats = imports
    .filter(({ from }) => from.startsWith('src/') && !/^src\/bot\/(slack|discord)\//.test(from))
    .filter(({ to }) => /^(src\/bot\/(slack|discord)\/|@slack\/|@discordjs\/|discord)/.test(to));
  // Never with the file that says so: a start on one chat loads no line of the other.
  expect(intoChats.filter(({ loaded, typeOnly }) => !loaded && !typeOnly)).toEqual([]);
  expect(intoChats.filter(({ from }) => from.startsWith('src/bot/')).map(({ to }) => to)).toEqual([
    'src/bot/slack/slack-chat.ts',
    'src/bot/discord/discord-chat.ts',
  ]);
});

test('one folder knows Discord: its library is imported nowhere else', () => {
  const library = imports.filter(({ to }) => /^(@discordjs\/|discord\.js|discord-api-types)/.test(to));
  expect(library.length).toBeGreaterThan(20);
  expect(
    library.filter(({ from }) => from.startsWith('src/') && !from.startsWith('src/bot/discord/')),
  ).toEqual([]);
});

test('one folder knows Slack, and one file of the bot puts it behind the port', () => {
  const slack = imports.filter(({ to }) => to.startsWith('@slack/'));
  expect(slack.length).toBeGreaterThan(20);
  expect(slack.filter(({ from }) => from.startsWith('src/') && !from.startsWith('src/bot/slack/'))).toEqual(
    [],
  );
  const wiring = imports
    .filter(({ from }) => from.startsWith('src/bot/') && !from.startsWith('src/bot/slack/'))
    .filter(({ to }) => to.startsWith('src/bot/slack/'))
    .map(({ from, to }) => `${from} imports ${to}`);
  expect(wiring).toEqual(['src/bot/start-bot.ts imports src/bot/slack/slack-chat.ts']);
});

/** What a file imports of the project, as whole paths. */
const graphOf = (counts: (each: Import) => boolean): ReadonlyMap<string, readonly string[]> => {
  const graph = new Map<string, string[]>();
  for (const each of imports.filter(counts)) graph.set(each.from, [...(graph.get(each.from) ?? []), each.to]);
  return graph;
};

/** Files that import each other in a ring, each ring once. */
const ringsOf = (graph: ReadonlyMap<string, readonly string[]>): string[] => {
  const rings: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) rings.push([...path.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return rings;
};

test('no file imports itself by way of others, not even for types', () => {
  const ring = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
  ]);
  expect(ringsOf(ring)).toEqual(['a -> b -> c -> a']);
  // What is loaded when its line is reached may well lead back.
  expect(ringsOf(graphOf((each) => !each.loaded))).toEqual([]);
});

test('SQL is written in the store only', () => {
  const outside = globSync(['src/**/*.ts', 'cron.ts'], {
    cwd: root,
  });
  const writing = outside
    .filter((file) => !file.startsWith('src/store/'))
    .filter((file) =>
      /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
  expect(writing).toEqual([]);
});

test('one file reads the environment', () => {
  const readers = globSync(['src/**/*.ts', 'cron.ts'], { cwd: root }).filter((file) =>
    readFileSync(join(root, file), 'utf8').match(/(?<!['"])process\.env/),
  );
  expect(readers).toEqual(['src/config/config.ts']);
});
