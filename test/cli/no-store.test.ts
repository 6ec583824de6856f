import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finkvra, temporaryFolder } from '../helpers/service.ts';

test.each([
  ['status'],
  ['show', 'ZTF25aapafwq'],
  ['importance'],
  ['models', 'list'],
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

test.each([
  ['pull', '--from', 'nowhere.avro'],
  ['pull', '--topic', 'fink_vra_ztf'],
  ['import', 'labels', 'labels.csv'],
])('finkvra %s %s %s that fails leaves no empty store behind', async (...args) => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'labels.csv');
    writeFileSync(file, 'objectId,candid,label,timestamp\nZTF18aaaaaaa,1,star,2025-06-01\n');
    const env = { DATA_DIR: join(folder.path, 'data'), KAFKA_BROKERS: '127.0.0.1:9', KAFKA_GROUP_ID: 'team' };
    const words = args.map((arg) => (arg.includes('.') ? join(folder.path, arg) : arg));
    const { code, stderr } = await finkvra(words, env);
    expect(code, stderr).toBe(1);
    expect(existsSync(join(folder.path, 'data'))).toBe(false);
    // A folder that was there stays, with what is in it.
    mkdirSync(env.DATA_DIR);
    writeFileSync(join(env.DATA_DIR, 'notes.txt'), 'mine');
    expect((await finkvra(words, env)).code).toBe(1);
    expect(readdirSync(env.DATA_DIR)).toEqual(['notes.txt']);
  } finally {
    folder.remove();
  }
});
