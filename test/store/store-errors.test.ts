import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepValue, readValue } from '../../src/store/key-value.ts';
import { inTransaction, openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../helpers/service.ts';

const root = join(import.meta.dirname, '..', '..');

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'data', 'finkvra.sqlite');
});
afterEach(() => folder.remove());

test('a full disk is called one, and what was stored before is kept', async () => {
  const db = await openStore(path);
  try {
    await keepValue(db, 'before', '1');
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    await sql`pragma max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + 2)}`.execute(db);
    const fill = inTransaction(db, async (trx) => {
      for (let i = 0; i < 100; i += 1) await keepValue(trx, `large-${i}`, 'x'.repeat(10_000));
    });
    await expect(fill).rejects.toThrow(/^The disk of .*finkvra\.sqlite is full: free some space there/);
    expect(await readValue(db, 'before')).toBe('1');
    expect(await readValue(db, 'large-0')).toBeNull();
    // With room again the same store goes on.
    await sql`pragma max_page_count = 100000`.execute(db);
    await inTransaction(db, (trx) => keepValue(trx, 'after', '2'));
    expect(await readValue(db, 'after')).toBe('2');
  } finally {
    await db.destroy();
  }
});

/**
 * Opens the store as somebody without rights, whoever runs the tests, and writes into it. The program is loaded
 * before: the clone may be in a folder of root's own.
 */
const useAsNobody = (): string => {
  const script = `
    const { openStore } = await import(${JSON.stringify(join(root, 'src', 'store', 'open-store.ts'))});
    const { keepValue } = await import(${JSON.stringify(join(root, 'src', 'store', 'key-value.ts'))});
    if (process.getuid?.() === 0) {
      process.setgid(65_534);
      process.setuid(65_534);
    }
    try {
      const db = await openStore(${JSON.stringify(path)});
      await keepValue(db, 'a', '1');
      console.log('stored');
    } catch (error) { console.log(error.name, error.message); }`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );
  return stdout + stderr;
};

test('a folder that cannot be written is named, with what to do', async () => {
  mkdirSync(join(folder.path, 'data'));
  chmodSync(folder.path, 0o755);
  chmodSync(join(folder.path, 'data'), 0o555);
  expect(useAsNobody()).toMatch(
    /^FinkvraError The store .*finkvra\.sqlite cannot be made: .*Set DATA_DIR to a folder that can be written\./,
  );
});

test('a store that cannot be written is named, with what to do', async () => {
  await (await openStore(path)).destroy();
  chmodSync(folder.path, 0o755);
  chmodSync(path, 0o444);
  chmodSync(join(folder.path, 'data'), 0o555);
  expect(useAsNobody()).toMatch(
    /^FinkvraError .*finkvra\.sqlite cannot be (written|opened): .*(give this user the right|look whether)/,
  );
});

test('nobody else can read a new store', async () => {
  const db = await openStore(path);
  await keepValue(db, 'a', '1');
  for (const name of ['finkvra.sqlite', 'finkvra.sqlite-wal', 'finkvra.sqlite-shm'])
    expect(statSync(join(folder.path, 'data', name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder.path, 'data')).mode & 0o777).toBe(0o700);
  await db.destroy();
});
