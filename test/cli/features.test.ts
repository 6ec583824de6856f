import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { featureNames } from '../../src/pipeline/features/feature-table.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

describe.skipIf(!hasSharedData)(`finkvra features${sharedNote}`, () => {
  test('writes candid, objectId and the 21 columns as CSV and as Parquet', async () => {
    const folder = temporaryFolder();
    const csv = join(folder.path, 'features.csv');
    const from = ['--from', sharedPath('alerts', 'live-2025.parquet')];
    const first = await finkvra(['features', ...from, '--out', csv, '--json'], {});
    expect(JSON.parse(first.stdout)).toMatchObject({ read: 9, written: 9, unreadable: 0 });
    const [head, ...rows] = readFileSync(csv, 'utf8').trim().split('\n');
    expect(head?.split(',')).toEqual(['candid', 'objectId', ...featureNames('reference')]);
    expect(rows).toHaveLength(9);
    expect(rows[0]).toMatch(/^\d{19},ZTF\d\d[a-z]{7},/);

    const parquet = join(folder.path, 'features.parquet');
    expect((await finkvra(['features', ...from, '--out', parquet], {})).code).toBe(0);
    expect(readFileSync(parquet).subarray(0, 4).toString()).toBe('PAR1');

    const other = join(folder.path, 'context.csv');
    expect((await finkvra(['features', ...from, '--out', other, '--set', 'context'], {})).code).toBe(0);
    const [columns, values = ''] = readFileSync(other, 'utf8').split('\n');
    expect(columns?.split(',')).toEqual(['candid', 'objectId', ...featureNames('context')]);
    expect(values.split(',').filter((value) => value !== '').length).toBeGreaterThan(10);
    folder.remove();
  });

  test('another ending is refused before anything is read', async () => {
    const { code, stderr } = await finkvra(
      ['features', '--from', sharedPath('alerts', 'labelled.avro'), '--out', '/tmp/features.txt'],
      {},
    );
    expect(code).toBe(1);
    expect(stderr).toContain('.csv or .parquet');
  });
});
