import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { outFile } from '../../src/cli/out-file.ts';
import { openStore } from '../../src/store/open-store.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;
beforeEach(() => {
  folder = temporaryFolder();
  dataDir = join(folder.path, 'data');
  mkdirSync(dataDir);
});
afterEach(() => folder.remove());

const write = (path: string, force = false, text = 'new'): Promise<void> =>
  outFile(path, { dataDir, force }).write((draft) => writeFile(draft, text));

test('export --out can no longer destroy the store', async () => {
  const store = join(dataDir, 'finkvra.sqlite');
  await (await openStore(store)).destroy();
  const before = readFileSync(store);
  for (const more of [[], ['--force'], ['--force', '--format', 'csv']]) {
    const { code, stderr } = await finkvra(['export', 'alerts', '--out', store, ...more], {
      DATA_DIR: dataDir,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /finkvra\.sqlite (ends in \.sqlite: name a file that ends in|is in the data folder)/,
    );
  }
  expect(readFileSync(store).equals(before)).toBe(true);
});

test.each([
  ['export', 'alerts', '--out', 'data.cvs'],
  ['importance', '--out', 'picture.svg'],
  ['show', 'ZTF25aaaaaaa', '--out', 'picture'],
  ['simulate', '--out', 'curves.csv'],
  ['features', '--from', '.', '--out', 'features.xlsx'],
])('finkvra %s: an ending that it does not know is refused', async (...args) => {
  const { code, stderr } = await finkvra(args, { DATA_DIR: dataDir });
  expect(code).toBe(1);
  expect(stderr).toMatch(/(ends in \.\w+|has no ending): name a file that ends in \./);
});

test('a file that is there is replaced only when that is asked for', async () => {
  const path = join(folder.path, 'labels.csv');
  writeFileSync(path, 'old');
  await expect(async () => write(path)).rejects.toThrow(/exists already: .*--force/);
  expect(readFileSync(path, 'utf8')).toBe('old');
  await write(path, true);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('a result that is cut off leaves the file of before, and nothing beside it', async () => {
  const path = join(folder.path, 'labels.csv');
  writeFileSync(path, 'old');
  const cut = outFile(path, { dataDir, force: true }).write(async (draft) => {
    await writeFile(draft, 'half of it');
    throw new Error('ENOSPC: no space left on device');
  });
  await expect(cut).rejects.toThrow(/labels\.csv cannot be written: ENOSPC/);
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder.path).sort()).toEqual(['data', 'labels.csv']);
});

test('no way leads into the data folder', async () => {
  symlinkSync(dataDir, join(folder.path, 'link'));
  symlinkSync(join(dataDir, 'store'), join(folder.path, 'store.csv'));
  writeFileSync(join(dataDir, 'store'), 'kept');
  mkdirSync(join(dataDir, 'archive'));
  for (const path of ['data/a.csv', 'data/archive/a.csv', 'link/a.csv', 'data/../data/a.csv', 'store.csv']) {
    await expect(async () => write(join(folder.path, path), true), path).rejects.toThrow(
      /is in the data folder/,
    );
  }
  expect(readFileSync(join(dataDir, 'store'), 'utf8')).toBe('kept');
  // A folder whose name only begins like it is another one.
  mkdirSync(`${dataDir}-of-others`);
  await write(join(`${dataDir}-of-others`, 'a.csv'));
  expect(readFileSync(join(`${dataDir}-of-others`, 'a.csv'), 'utf8')).toBe('new');
});

test('a folder, or one that is not there, is named', async () => {
  await expect(async () => write(join(folder.path, 'no', 'a.csv'))).rejects.toThrow(
    /There is no folder .*no for/,
  );
  mkdirSync(join(folder.path, 'a.csv'));
  await expect(async () => write(join(folder.path, 'a.csv'))).rejects.toThrow(/is a folder: name a file/);
});

test('a device is written to as it is', async () => {
  await write('/dev/null');
  expect(statSync('/dev/null').isFile()).toBe(false);
});
