import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkStore } from '../../../src/store/check-store.ts';
import { keepValue } from '../../../src/store/key-value.ts';
import { type Db, openStore } from '../../../src/store/open-store.ts';
import { compactStore, freePages, isWorthCompacting } from '../../../src/store/stamps/compact-store.ts';
import { countUnmoved, hasUnmoved } from '../../../src/store/stamps/move-stamps.ts';
import { runStampJob } from '../../../src/store/stamps/stamp-jobs.ts';
import { fateOf, keepStamps } from '../../helpers/kept-stamps.ts';
import { eventually, temporaryFolder } from '../../helpers/service.ts';

const AT = '2026-05-02T12:00:00.000Z';
const ALL = Array.from({ length: 400 }, (_, i) => i);
/** As large as ZTF's: together 24 MB. */
const SIZE = 40_000;

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let db: Db;
beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder.path, 'finkvra.sqlite');
  db = await openStore(path);
  await keepStamps(db, ALL, { at: AT, inTable: true, size: SIZE });
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

test('an existing store is moved over while clicks are stored, and gives its space back', async () => {
  expect(await fateOf(db, ALL.slice(0, 3), SIZE)).toEqual({ whole: [0, 1, 2] });
  const told: number[] = [];
  let isMoving = true;
  const clicks = async (): Promise<number[]> => {
    const waits: number[] = [];
    while (isMoving) {
      const began = performance.now();
      await keepValue(db, 'click', String(waits.length));
      waits.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return waits;
  };
  const clicked = clicks();
  const moved = await runStampJob('move', path, { onProgress: (done) => told.push(done) });
  isMoving = false;
  const waits = (await clicked).sort((a, b) => a - b);
  expect(moved).toBe(ALL.length);
  expect(told.at(-1)).toBe(ALL.length);
  expect(waits.length).toBeGreaterThan(5);
  // Generous where other tests run beside it; bench/stamps.ts measures it.
  expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(50);
  expect(await hasUnmoved(db)).toBe(false);
  expect(await fateOf(db, ALL, SIZE)).toEqual({ whole: ALL });

  await db.destroy();
  const before = statSync(path).size;
  expect(isWorthCompacting(path)).toBe(true);
  const freed = compactStore(path);
  expect(freed).toBeGreaterThan(0.8 * before);
  expect(statSync(path).size).toBe(before - freed);
  expect(freePages(path).free).toBe(0);
  expect(isWorthCompacting(path)).toBe(false);
  expect(checkStore(path).integrity).toBe('ok');
  db = await openStore(path);
  expect(await fateOf(db, ALL, SIZE)).toEqual({ whole: ALL });
});

test('killed at any point it loses nothing, and goes on where it was', async () => {
  let left = ALL.length;
  let kills = 0;
  while (left > 0) {
    const child = fork(join(import.meta.dirname, 'move-in-process.ts'), [path], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const from = left;
    // The first ones die at some moment of their first steps, the last one may finish.
    if (kills < 6) {
      await eventually(
        'a step of the move',
        async () => (await countUnmoved(db)) < from || child.exitCode !== null,
      );
      await new Promise((resolve) => setTimeout(resolve, kills));
      child.kill('SIGKILL');
      kills += 1;
    }
    await ended;
    left = await countUnmoved(db);
    expect(await fateOf(db, ALL, SIZE)).toEqual({ whole: ALL });
  }
  expect(kills).toBe(6);
  expect(checkStore(path).integrity).toBe('ok');
});
