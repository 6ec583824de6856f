import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DUST_FILES } from '../../src/pipeline/enrich/dust/dust-map.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;

beforeEach(() => {
  folder = temporaryFolder();
  env = { DATA_DIR: join(folder.path, 'data') };
});
afterEach(() => folder.remove());

const run = async (...args: string[]): Promise<string> => {
  const { stdout, stderr, code } = await finkvra(args, env);
  expect(code, stderr).toBe(0);
  return stdout;
};

const alerts = async (): Promise<Record<string, number | string | null>[]> =>
  JSON.parse(await run('export', 'alerts', '--json'));

describe.skipIf(!hasSharedData)(`E(B-V) and the archive of real alerts${sharedNote}`, () => {
  test('a dust map that is installed later fills stored alerts in; the archive gives the same features', async () => {
    await run('pull', '--no-filter', '--from', sharedPath('alerts', 'live-2025.parquet'));
    expect((await alerts()).every(({ ebv }) => ebv === null)).toBe(true);
    expect(await run('dust', 'status')).toContain('No dust map');

    const map = sharedPath('dust', 'dust_ebv_SFD_healpix_lowres.fits');
    const installed = JSON.parse(await run('dust', 'install', '--from', map, '--json'));
    expect(installed.filled).toBe(9);
    const filled = await alerts();
    for (const { ebv } of filled) expect(ebv).toBeGreaterThan(0);
    expect(await run('dust', 'status')).toContain('coarse');

    // A pull finds the map by itself.
    await run('pull', '--no-filter', '--from', sharedPath('alerts', 'transfer'));
    expect((await alerts()).every(({ ebv }) => typeof ebv === 'number')).toBe(true);

    const out = join(folder.path, 'features.csv');
    const summary = JSON.parse(
      await run('features', '--from', join(folder.path, 'data', 'archive'), '--out', out, '--json'),
    );
    expect(summary).toMatchObject({ archives: 2, unreadable: 0, written: 40 });
    const [head = '', ...lines] = readFileSync(out, 'utf8').trim().split('\n');
    const names = head.split(',');
    const stored = new Map((await alerts()).map((alert) => [alert.candid, alert]));
    for (const line of lines) {
      const values = line.split(',');
      const alert = stored.get(values[0] ?? '');
      for (const [i, name] of names.entries()) {
        if (name === 'candid' || name === 'objectId') continue;
        expect(values[i] === '' ? null : Number(values[i])).toBe(alert?.[name]);
      }
    }
  });

  test('a damaged map stops no pull, and doctor says what to do', async () => {
    const dust = join(folder.path, 'dust');
    mkdirSync(dust);
    copyFileSync(sharedPath('alerts', 'labelled.csv'), join(dust, DUST_FILES.coarse));
    env = { ...env, DUST_DIR: dust };
    const pulled = await finkvra(
      ['pull', '--no-filter', '--from', sharedPath('alerts', 'live-2025.parquet'), '--json'],
      env,
    );
    expect(pulled.code).toBe(0);
    expect(pulled.stderr).toContain('dust install --force');
    expect(JSON.parse(pulled.stdout).kept).toBe(9);
    const doctor = await finkvra(['doctor'], env);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/wrong +dust maps .*\n +→ Run finkvra dust install --force/);
  });
});
