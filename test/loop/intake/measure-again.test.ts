import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureAgain } from '../../../src/loop/intake/measure-again.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { featureNames } from '../../../src/pipeline/features/feature-table.ts';
import { findAlert } from '../../../src/store/intake/alerts.ts';
import { featuresOf } from '../../../src/store/intake/features.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { temporaryFolder } from '../../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('an old store gets the new inputs from its own photometry and packets; the reference’s stay', async () => {
  const path = join(folder.path, 'finkvra.sqlite');
  const fixture = join(import.meta.dirname, '../../store/fixtures/0012-ebv-map.sqlite.gz');
  writeFileSync(path, gunzipSync(readFileSync(fixture)));
  const db = await openStore(path);
  try {
    const alert = await findAlert(db, '101');
    if (alert === null) throw new Error('the fixture has no alert 101');
    // What came with the packet, so that one sees if it is measured anew.
    await db.updateTable('features').set({ median: 12.5 }).where('candid', '=', '101').execute();
    const before = await featuresOf(db, '101');
    expect(before).toMatchObject({ median: 12.5, age: null, abs_latitude: null });

    expect(await measureAgain(db)).toBeGreaterThan(0);

    const after = await featuresOf(db, '101');
    const measured = alertFeatures(alert);
    for (const name of featureNames('context')) {
      if (!featureNames('reference').includes(name)) expect(after?.[name], name).toEqual(measured[name]);
    }
    expect(after?.abs_latitude).toBeGreaterThan(0);
    for (const name of featureNames('reference')) expect(after?.[name], name).toEqual(before?.[name]);
    expect(await measureAgain(db)).toBe(0);
  } finally {
    await db.destroy();
  }
});
