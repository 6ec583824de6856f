import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { featureNames } from '../../../src/pipeline/features/feature-table.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import { finkvra, temporaryFolder } from '../../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const python = join(root, '.cache', 'venv', 'bin', 'python');
const source = join(root, 'python', 'finkvra_features', 'src');
const PACKETS = ['live-2025.parquet', 'simbad-2021.parquet'];
/** Every real alert there is, in an order in which no fuller packet of a candid comes later. */
const ALL = ['transfer', ...PACKETS, 'labelled.avro'].map((name) => sharedPath('alerts', name));

const env = { ...process.env, PYTHONPATH: source };

type Row = Record<string, number | string | null>;

/** What the package makes of a Parquet file, by candid. */
const inPython = (path: string): Map<string, Row> => {
  const script = `
import json, sys, pandas as pd
from finkvra_features import COLUMNS, features
rejected = []
table = features(pd.read_parquet(sys.argv[1]), rejected)
rows = table.astype(object).where(table.notna(), None).to_dict('records')
print(json.dumps({'columns': COLUMNS, 'rejected': rejected, 'rows': rows}))`;
  const read: { columns: string[]; rejected: string[]; rows: Row[] } = JSON.parse(
    execFileSync(python, ['-c', script, path], { env, encoding: 'utf8', maxBuffer: 1 << 28 }),
  );
  expect(read.columns).toEqual(featureNames('context'));
  expect(read.rejected).toEqual([]);
  return new Map(read.rows.map((row) => [String(row.candid), row]));
};

/** Ours, by candid; the first packet of a candid is the one that is kept. */
const ours = async (paths: readonly string[]): Promise<Map<string, Row>> => {
  const rows = new Map<string, Row>();
  for (const path of paths) {
    for await (const { items } of (await readPath([path])).batches()) {
      for (const item of items) {
        if (item.kind !== 'alert' || rows.has(item.alert.candid)) continue;
        rows.set(item.alert.candid, { ...alertFeatures(item.alert) });
      }
    }
  }
  return rows;
};

const compare = (theirs: Map<string, Row>, mine: Map<string, Row>): void => {
  expect([...theirs.keys()].sort()).toEqual([...mine.keys()].sort());
  for (const [candid, row] of mine) {
    for (const name of featureNames('context')) {
      const [a, b] = [row[name] ?? null, theirs.get(candid)?.[name] ?? null];
      const isAlike = typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= 1e-9 : a === b;
      expect(isAlike, `${candid} ${name}: ${a} here, ${b} in Python`).toBe(true);
    }
  }
};

describe.skipIf(!hasSharedData)(`the Python package${sharedNote}`, () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    if (!existsSync(python)) throw new Error('Python is not installed: run scripts/install-services.sh');
  });
  afterAll(() => folder.remove());

  test.each(PACKETS)('has our features of the packets in %s', async (name) => {
    compare(inPython(sharedPath('alerts', name)), await ours([sharedPath('alerts', name)]));
  });

  test('has our features of an archive', async () => {
    const pulled = await finkvra(['pull', '--no-filter', '--from', ...ALL], { DATA_DIR: folder.path });
    expect(pulled.code, pulled.stderr).toBe(0);
    const [name = ''] = readdirSync(join(folder.path, 'archive'));
    const mine = await ours(ALL);
    // The archive has no map of the dust: E(B-V) is missing in both.
    for (const row of mine.values()) row.ebv = null;
    compare(inPython(join(folder.path, 'archive', name)), mine);
  });

  test('is a command, and leaves out what is no alert', async () => {
    const whole = sharedPath('alerts', 'live-2025.parquet');
    const path = join(folder.path, 'damaged.parquet');
    const out = join(folder.path, 'features.parquet');
    const damage = `
import sys, pyarrow as pa, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
names = ['somewhere', *table['objectId'].to_pylist()[1:]]
pq.write_table(table.set_column(table.schema.get_field_index('objectId'), 'objectId', pa.array(names)), sys.argv[2])`;
    execFileSync(python, ['-c', damage, whole, path], { env });
    const run = (...args: string[]) =>
      execFileSync(python, ['-m', 'finkvra_features', ...args], { env, encoding: 'utf8', stdio: 'pipe' });
    run(path, out);
    const read = `import sys, pandas as pd; print(len(pd.read_parquet(sys.argv[1])))`;
    expect(execFileSync(python, ['-c', read, out], { env, encoding: 'utf8' }).trim()).toBe('8');
    writeFileSync(path, 'no table');
    expect(() => run(path, out)).toThrow(/finkvra-features: .*damaged\.parquet/);
    expect(() => run(join(folder.path, 'nowhere.parquet'), out)).toThrow(/finkvra-features: .*nowhere/);
  });
});
