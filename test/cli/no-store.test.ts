import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finkvra, temporaryFolder } from '../helpers/service.ts';

test.each([
  ['status'],
  ['show', 'ZTF25aapafwq'],
  ['importance'],
  ['models', 'list'],
  ['simulate'],
  ['export', 'labels'],
  ['quarantine', 'list'],
])('finkvra %s without a store says how to get one, and makes none', async (...args) => {
  const folder = temporaryFolder();
  try {
    const { code, stdout, stderr } = await finkvra(args, { DATA_DIR: join(folder.path, 'data') });
    expect(code).toBe(1);
    expect(stderr).toContain('There is no store at');
    expect(stderr).toContain('npm start');
    expect(stdout).toBe('');
    expect(existsSync(join(folder.path, 'data'))).toBe(false);
  } finally {
    folder.remove();
  }
});
