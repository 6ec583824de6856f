import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

const LABELS = `candid,objectId,label,timestamp
3063176310015015001,ZTF25aaaaaaa,extragal,2025-05-20T14:03:11.123456
3063176310015015002,ZTF25aaaaaab,gal,2025-05-20T14:04:00.000001
3063176310015015003,ZTF25aaaaaac,varstar,2025-05-20T14:05:00.5
3063176310015015004,ZTF25aaaaaad,agn,2025-05-20T14:06:00
3063176310015015005,ZTF25aaaaaae,bogus,2025-05-20T14:07:00
3063176310015015006,ZTF25aaaaaaf,real,2025-05-20T14:08:00
`;

test('labels of the reference come in once, and go out as they were, dates included', async () => {
  const path = file('labeled.csv', LABELS);
  const first = JSON.parse(await run('import', 'labels', path, '--json'));
  expect(first).toEqual({ read: 6, kept: 6, repeated: 0, attached: 0, waiting: 6 });
  const second = JSON.parse(await run('import', 'labels', path, '--json'));
  expect(second).toMatchObject({ kept: 0, repeated: 6 });
  expect(await run('import', 'labels', path)).toContain('attached when their alerts arrive');
  expect(await run('export', 'labels', '--reference')).toBe(LABELS);
});

test('training ids come in once and go out again', async () => {
  const text = 'candid,round\n3063176310015015001,0\n3063176310015015002,0\n3063176310015015003,1\n';
  const path = file('uncertainty_gal_training_ids.csv', text);
  const first = JSON.parse(await run('import', 'training', path, '--json'));
  expect(first).toMatchObject({ name: 'uncertainty_gal', read: 3, kept: 3, labelled: 0 });
  expect(JSON.parse(await run('import', 'training', path, '--json'))).toMatchObject({ kept: 0, repeated: 3 });
  expect(await run('export', 'training', '--reference')).toBe(text);
});

test('a file with a fault is refused whole, with the line', async () => {
  const wrong = (text: string) => finkvra(['import', 'labels', file('labeled.csv', text)], env);
  await run('import', 'labels', file('labeled.csv', LABELS));
  const rounded = await wrong(`${LABELS}3.06317631e+18,ZTF25aaaaaag,gal,2025-05-20T14:09:00\n`);
  expect(rounded.code).toBe(1);
  expect(rounded.stderr).toContain('line 8');
  expect((await wrong('candid,objectId,label,timestamp\n1,Z,star,2025-05-20\n')).stderr).toContain('"star"');
  expect((await wrong('candid,label\n1,gal\n')).stderr).toContain('lacks objectId');
  // Without a header its first row would be taken for one.
  expect((await wrong('ZTF25aaaaaaa,1,gal,2025-05-20\n')).stderr).toContain('line 1: the header must name');
  expect((await wrong('candid,objectId,label,timestamp\n1,ZTF25aaaaaah,gal,then\n')).stderr).toContain(
    'no date',
  );
  expect(await run('export', 'labels', '--reference')).toBe(LABELS);
});

describe.skipIf(!hasSharedData)(`imported labels of real alerts${sharedNote}`, () => {
  const labelled = () => {
    const [, ...lines] = readFileSync(sharedPath('alerts', 'labelled.csv'), 'utf8').trim().split(/\r?\n/);
    return lines.map((line) => line.split(','));
  };

  test('find their alerts whichever comes first, one label an object, and train nothing twice', async () => {
    const rows = labelled().map(
      ([candid, objectId, label]) =>
        `${candid},${objectId},${label === 'galactic' ? 'gal' : 'extragal'},2025-05-20T14:00:00`,
    );
    const path = file('labeled.csv', `candid,objectId,label,timestamp\n${rows.join('\n')}\n`);
    const imported = JSON.parse(await run('import', 'labels', path, '--json'));
    expect(imported).toMatchObject({ read: 206, kept: 206, attached: 0, waiting: 148 });
    const pulled = await run('pull', '--no-filter', '--from', sharedPath('alerts', 'labelled.avro'));
    expect(pulled).toMatch(/labelled +148 +by labels imported before/);
    const labels: { object_id: string; at: string; user_name: string }[] = JSON.parse(
      await run('export', 'labels', '--json'),
    );
    expect(new Set(labels.map(({ object_id }) => object_id)).size).toBe(148);
    expect(labels.every(({ at }) => at === '2025-05-20T14:00:00Z')).toBe(true);
    const training = JSON.parse(await run('export', 'training', '--json'));
    expect(training).toHaveLength(148);
    const status = JSON.parse(await run('status', '--json'));
    expect(status.labels.positive + status.labels.negative).toBe(148);
    expect(status.alerts.pool).toBe(0);
  });

  test('tables come out as Parquet with candids as text', async () => {
    await run('pull', '--no-filter', '--from', sharedPath('alerts', 'live-2025.parquet'));
    const out = join(folder.path, 'alerts.parquet');
    await run('export', 'alerts', '--out', out);
    const frame = pl.readParquet(out);
    expect(frame.height).toBe(9);
    expect(String(frame.getColumn('candid').get(0))).toMatch(/^\d{19}$/);
    expect((await finkvra(['export', 'alerts', '--format', 'parquet'], env)).stderr).toContain('--out');
    expect((await finkvra(['export', 'rounds', '--reference'], env)).stderr).toContain('labels or training');
  });
});
