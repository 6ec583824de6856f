import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { checkStamps } from '../../../src/store/stamps/check-stamps.ts';
import { sweepPull } from '../../helpers/kill-sweep.ts';
import { temporaryFolder } from '../../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('a pull killed at its writes of stamps and after their commit: alerts committed have theirs', async () => {
  const envOf = (name: string) => ({
    DATA_DIR: join(folder.path, name),
    SOURCE: 'simulated',
    SIMULATION_SIZE: '60',
  });
  const store = join(folder.path, 'killed', 'simulated', 'finkvra.sqlite');
  /** Alerts in the store, and those of them with stamps that are whole. */
  const look = async (): Promise<{ alerts: number; whole: number }> => {
    if (!existsSync(store)) return { alerts: 0, whole: 0 };
    const db = await openStore(store);
    try {
      const rows = await db.selectFrom('alerts').select('candid').execute();
      const { alerts, lost, unmoved } = await checkStamps(db);
      expect(unmoved).toBe(0);
      return { alerts: rows.length, whole: alerts - lost };
    } finally {
      await db.destroy();
    }
  };
  const seen: number[] = [];
  const killed = await sweepPull(
    envOf,
    (points) => points.filter((point) => /^stamps \w+#1$|^commit .*alerts.*#1$/.test(point)),
    async () => {
      const { alerts, whole } = await look();
      expect(whole).toBe(alerts);
      seen.push(alerts);
    },
  );
  const { alerts, whole } = await look();
  expect(killed.filter((point) => point.startsWith('stamps'))).toEqual(
    expect.arrayContaining(['stamps begun#1', 'stamps written#1', 'stamps synced#1']),
  );
  expect(killed.some((point) => /^commit .*alerts/.test(point))).toBe(true);
  expect(seen[0]).toBe(0);
  expect(alerts).toBeGreaterThan(50);
  expect(whole).toBe(alerts);
});
