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
  test('E(B-V) is there without installing anything, says its map, and is the same from the archive', async () => {
    await run('pull', '--no-filter', '--from', sharedPath('alerts', 'live-2025.parquet'));
    const pulled = await alerts();
    for (const { ebv, ebv_map } of pulled) {
      expect(ebv).toBeGreaterThan(0);
      expect(ebv_map).toBe('coarse');
    }
    expect(await run('show', String(pulled[0]?.object_id))).toMatch(/E\(B−V\) \d\.\d\d mag \(coarse map\)/);
    expect(await run('dust', 'status')).toMatch(
      /coarse .*comes with finkvra.*\nFor exact values: finkvra dust install/,
    );

    // A copy of one's own takes its place.
    const map = sharedPath('dust', 'dust_ebv_SFD_healpix_lowres.fits');
    await run('dust', 'install', '--from', map);
    expect(await run('dust', 'status')).not.toContain('comes with finkvra');

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
