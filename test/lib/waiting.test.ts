import { describe, expect, test } from 'vitest';
import { createWaits } from '../../src/lib/waiting.ts';

const LONG_MS = 60_000;

/** Whether a promise is settled by the next turn of the event loop. */
const isOver = (wait: Promise<void>): Promise<boolean> =>
  Promise.race([
    wait.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
  ]);

describe('waiting', () => {
  test('is ended by a wake where that was asked for, and slept through otherwise', async () => {
    const stopping = new AbortController();
    const waits = createWaits(stopping.signal);
    const woken = [waits.untilWoken(), waits.untilWoken(LONG_MS)];
    const asleep = waits.sleep(LONG_MS);
    waits.wake();
    expect(await Promise.all(woken.map(isOver))).toEqual([true, true]);
    expect(await isOver(asleep)).toBe(false);
    expect(await isOver(waits.untilWoken())).toBe(false);
    stopping.abort();
    expect(await isOver(asleep)).toBe(true);
  });

  test('ends by itself when its time is over, and never begins after a stop', async () => {
    const stopping = new AbortController();
    const waits = createWaits(stopping.signal);
    await waits.untilWoken(1);
    await waits.sleep(1);
    stopping.abort();
    expect(await Promise.all([waits.sleep(LONG_MS), waits.untilWoken()].map(isOver))).toEqual([true, true]);
  });
});
