import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { readStartingSet } from '../../src/loop/rounds/starting-set.ts';
import { readPool } from '../../src/store/intake/pool.ts';
import { openStore } from '../../src/store/open-store.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';

const folder = temporaryFolder();
const env = { DATA_DIR: join(folder.path, 'data'), SOURCE: 'simulated' };
afterAll(() => folder.remove());

describe('finkvra starter', () => {
  test('shows what comes along, by label and source, and that it is not in use', async () => {
    const { code, stdout } = await finkvra(['starter', 'show'], env);
    expect(code).toBe(0);
    expect(stdout).toContain('148 objects (comes with the program); not in use: set START=starter');
    expect(stdout).toMatch(/galactic +simbad +80/);
    const json = await finkvra(['starter', 'show', '--json'], { ...env, START: 'starter' });
    expect(JSON.parse(json.stdout)).toMatchObject({ inUse: true, objects: 148 });
  });

  test('exports it to a file that it reads again', async () => {
    const out = join(folder.path, 'set.csv');
    expect((await finkvra(['starter', 'export', '--out', out], env)).code).toBe(0);
    expect(readStartingSet(out)).toHaveLength(148);
    const shown = await finkvra(['starter', 'show'], { ...env, START: 'starter', STARTER_FILE: out });
    expect(shown.stdout).toContain(`148 objects (${out}); models train on it`);
    const again = await finkvra(['starter', 'export', '--out', out], env);
    expect(again.stderr).toContain('exists already');
  });

  test('builds one of the labels in the store, for whoever starts next', async () => {
    const out = join(folder.path, 'ours.csv');
    expect((await finkvra(['pull'], env)).code).toBe(0);
    const none = await finkvra(['starter', 'build', '--out', out], env);
    expect(none.stderr).toContain('no galactic-or-not label yet');
    const db = await openStore(readConfig(env).databasePath);
    const pool = await readPool(db, null);
    await db.destroy();
    const labels = join(folder.path, 'labeled.csv');
    const lines = pool
      .slice(0, 20)
      .map(
        ({ candid, objectId }, i) =>
          `${objectId},${candid},${i % 3 === 0 ? 'gal' : 'agn'},2026-01-01T00:00:00`,
      );
    writeFileSync(labels, ['objectId,candid,label,timestamp', ...lines].join('\n'));
    const imported = await finkvra(['import', 'labels', labels], env);
    expect(imported.code, imported.stderr).toBe(0);
    expect((await finkvra(['starter', 'build', '--out', out, '--source', 'team A'], env)).code).toBe(0);
    const built = readStartingSet(out);
    expect(built).toHaveLength(20);
    expect(built.filter(({ label }) => label === 'galactic')).toHaveLength(7);
    expect(new Set(built.map(({ source }) => source))).toEqual(new Set(['team A']));
    expect(built.every(({ features }) => features.abs_latitude !== null)).toBe(true);
  });

  test.each([
    [{ START: 'starter', MODEL_TYPE: 'transient' }, 'a starting set has galactic-or-not labels only'],
    [{ START: 'starter', ENGINE: 'ml-random-forest' }, 'cannot weigh others’ labels'],
    [{ STARTER_FILE: '/nowhere.csv' }, 'it is used with START=starter only'],
  ])('is refused with what it does not go with (%j)', async (settings, words) => {
    const { code, stderr } = await finkvra(['starter', 'show'], { ...env, ...settings });
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });
});
