import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scenario } from '../helpers/scenario.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';

describe(`finkvra show (${scenario.name})`, () => {
  const folder = temporaryFolder();
  const env = { DATA_DIR: join(folder.path, 'data') };
  let object = '';

  beforeAll(async () => {
    await scenario.load(env.DATA_DIR);
    const { stdout } = await finkvra(['export', 'alerts', '--format', 'json'], env);
    const [first]: { object_id: string }[] = JSON.parse(stdout);
    object = first?.object_id ?? '';
  });
  afterAll(() => folder.remove());

  test('tells in text what the store knows of an object', async () => {
    const pasted = `https://lasair-ztf.lsst.ac.uk/objects/${object.toLowerCase()}/`;
    const { code, stdout } = await finkvra(['show', pasted], env);
    expect(code).toBe(0);
    expect(stdout).toContain(object);
    expect(stdout).toMatch(/Sky +b = [+−]?\d/);
    expect(stdout).toContain('no label yet');
  });

  test('draws it with --out, from the store alone', async () => {
    const path = join(folder.path, 'object.png');
    const { code } = await finkvra(['show', object, '--out', path], env);
    expect(code).toBe(0);
    const png = readFileSync(path);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(720);
  });

  test('says what to do about an object that is not there, and a picture that is no PNG', async () => {
    const missing = await finkvra(['show', 'ZTF00nothing'], env);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('check the name');
    const wrong = await finkvra(['show', object, '--out', 'x.jpg'], env);
    expect(wrong.stderr).toContain('ends in .png');
  });
});
