import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alert } from '../../../../src/pipeline/alert.ts';
import { readPath } from '../../../../src/pipeline/ingest/read-path.ts';
import { temporaryFolder } from '../../../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../../shared-data.ts';

const python = join(import.meta.dirname, '..', '..', '..', '..', '.cache', 'venv', 'bin', 'python');

/** Writes the real packets in every way that pyarrow knows, one file for each name below. */
const WRITE = `
import sys
import pyarrow as pa, pyarrow.compute as pc, pyarrow.parquet as pq
original, folder = sys.argv[1], sys.argv[2]
table = pq.read_table(original)

def leaves(field, path):
    if pa.types.is_struct(field.type):
        for child in field.type: yield from leaves(child, f'{path}.{child.name}')
    elif pa.types.is_list(field.type): yield from leaves(field.type.value_field, f'{path}.list.element')
    else: yield path, field.type

def encodings():
    chosen = {}
    strings = 0
    for field in table.schema:
        for path, kind in leaves(field, field.name):
            if pa.types.is_integer(kind): chosen[path] = 'DELTA_BINARY_PACKED'
            elif pa.types.is_floating(kind): chosen[path] = 'BYTE_STREAM_SPLIT'
            elif pa.types.is_string(kind) or pa.types.is_binary(kind):
                strings += 1
                chosen[path] = 'DELTA_BYTE_ARRAY' if strings % 2 else 'DELTA_LENGTH_BYTE_ARRAY'
    return chosen

def replaced(name, array): return table.set_column(table.schema.get_field_index(name), name, array)

def write(name, what=table, **options): pq.write_table(what, f'{folder}/{name}.parquet', **options)

for codec in ('none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'):
    for version in ('1.0', '2.0'): write(f'{codec}, pages of version {version}', compression=codec, data_page_version=version)
write('no dictionaries', use_dictionary=False)
write('delta and split encodings', use_dictionary=False, column_encoding=encodings())
write('delta and split encodings, version 2.0', use_dictionary=False, column_encoding=encodings(), data_page_version='2.0')
write('row groups of seven', row_group_size=7)
write('pages of a few values', data_page_size=64, write_batch_size=5, use_dictionary=False)
write('pages of a few values, version 2.0', data_page_size=64, write_batch_size=5, data_page_version='2.0')
write('page indexes and checksums', write_page_index=True, write_page_checksum=True)
write('lists of items', use_compliant_nested_type=False)
write('candids without a sign', replaced('candid', table['candid'].cast(pa.uint64())))
write('candids as text', replaced('candid', table['candid'].cast(pa.string())))
write('large text', replaced('objectId', table['objectId'].cast(pa.large_string())))
write('text in a dictionary', replaced('cdsxmatch', table['cdsxmatch'].dictionary_encode()))
flat = table.select(['candidate']).flatten()
write('columns named after their record', pa.table({**{n: flat[n] for n in flat.column_names}, **{n: table[n] for n in table.column_names if n != 'candidate'}}))
write('many packets', pa.concat_tables([table] * 40), row_group_size=5000)
some = [None if i % 3 == 0 else x for i, x in enumerate(table['prv_candidates'].to_pylist())]
empty = [[] if i % 3 == 1 else x for i, x in enumerate(some)]
write('histories missing or empty', replaced('prv_candidates', pa.array(empty, table.schema.field('prv_candidates').type)))
cut = [None if i % 2 == 0 else x for i, x in enumerate(table['cutoutScience'].to_pylist())]
write('cutouts missing', replaced('cutoutScience', pa.array(cut, table.schema.field('cutoutScience').type)))
write('no histories and no cutouts', table.drop_columns(['prv_candidates', 'cutoutScience', 'cutoutTemplate', 'cutoutDifference']))
write('no rows', table.slice(0, 0))
write('candids as an index without a name', table.rename_columns(['__index_level_0__' if n == 'candid' else n for n in table.column_names]))
nothing = pa.nulls(len(table))
record = table['candidate'].combine_chunks()
without = pa.StructArray.from_arrays([nothing if f.name in ('drb', 'neargaia') else record.field(f.name) for f in record.type], names=[f.name for f in record.type])
empty = table
for name, array in (('cdsxmatch', nothing), ('candidate', without), ('cutoutScience', nothing)): empty = empty.set_column(empty.schema.get_field_index(name), name, array)
write('columns of the null type', empty)
write('damaged', compression='gzip', use_dictionary=False, data_page_size=64, write_batch_size=5)
column = next(c for c in map(pq.ParquetFile(f'{folder}/damaged.parquet').metadata.row_group(0).column, range(300)) if c.path_in_schema == 'candidate.magnr')
print(column.data_page_offset + column.total_compressed_size - 12)
`;

describe.skipIf(!hasSharedData)(`Parquet of real packets as pyarrow writes it${sharedNote}`, () => {
  const folder = temporaryFolder();
  let original: readonly Alert[] = [];
  let damagedAt = 0;

  const read = async (path: string) => {
    const alerts: Alert[] = [];
    const unreadable: string[] = [];
    const source = await readPath([path]);
    for await (const { items } of source.batches()) {
      for (const item of items) {
        if (item.kind === 'alert') alerts.push(item.alert);
        else unreadable.push(item.reason);
      }
    }
    return { alerts, unreadable, total: source.total };
  };
  const written = (name: string): string => join(folder.path, `${name}.parquet`);

  beforeAll(async () => {
    const file = sharedPath('alerts', 'simbad-2021.parquet');
    original = (await read(file)).alerts;
    damagedAt = Number(execFileSync(python, ['-c', WRITE, file, folder.path], { encoding: 'utf8' }));
  }, 120_000);
  afterAll(() => folder.remove());

  test("columns of Arrow's null type are missing values", async () => {
    const { alerts, unreadable } = await read(written('columns of the null type'));
    expect(unreadable).toEqual([]);
    const expected = original.map((alert) => ({
      ...alert,
      drb: null,
      cdsxmatch: null,
      context: { ...alert.context, neargaia: null },
      stamps: { ...alert.stamps, science: null },
    }));
    expect(isDeepStrictEqual(alerts, expected)).toBe(true);
  });

  test.each([
    ...['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'].flatMap((codec) => [
      `${codec}, pages of version 1.0`,
      `${codec}, pages of version 2.0`,
    ]),
    'no dictionaries',
    'delta and split encodings',
    'delta and split encodings, version 2.0',
    'row groups of seven',
    'pages of a few values',
    'pages of a few values, version 2.0',
    'page indexes and checksums',
    'lists of items',
    'candids without a sign',
    'candids as text',
    'large text',
    'text in a dictionary',
    'columns named after their record',
    'candids as an index without a name',
  ])('%s: the same alerts', async (name) => {
    const { alerts, unreadable, total } = await read(written(name));
    expect(unreadable).toEqual([]);
    expect(total).toBe(original.length);
    expect(isDeepStrictEqual(alerts, original)).toBe(true);
  });

  test('many packets in one row group: all of them, in their order', async () => {
    const { alerts, total } = await read(written('many packets'));
    expect(total).toBe(40 * original.length);
    const copies = Array.from({ length: 40 }, () => original).flat();
    expect(isDeepStrictEqual(alerts, copies)).toBe(true);
  });

  test('histories that are missing or empty leave the current epoch, the others stay', async () => {
    const { alerts, unreadable } = await read(written('histories missing or empty'));
    expect(unreadable).toEqual([]);
    const expected = original.map((alert, index) =>
      index % 3 === 2 ? alert : { ...alert, epochs: alert.epochs.slice(0, 1) },
    );
    expect(isDeepStrictEqual(alerts, expected)).toBe(true);
  });

  test('cutouts that are missing are null, the others stay with their alert', async () => {
    const { alerts } = await read(written('cutouts missing'));
    const expected = original.map((alert, index) =>
      index % 2 === 0 ? { ...alert, stamps: { ...alert.stamps, science: null } } : alert,
    );
    expect(isDeepStrictEqual(alerts, expected)).toBe(true);
  });

  test('columns that are not there are missing in every alert', async () => {
    const { alerts } = await read(written('no histories and no cutouts'));
    const expected = original.map((alert) => ({
      ...alert,
      epochs: alert.epochs.slice(0, 1),
      stamps: { science: null, template: null, difference: null },
    }));
    expect(isDeepStrictEqual(alerts, expected)).toBe(true);
  });

  test('no rows: no alert, and nothing to complain of', async () => {
    expect(await read(written('no rows'))).toEqual({ alerts: [], unreadable: [], total: 0 });
  });

  test('one damaged page loses the rows in it, and says which', async () => {
    const bytes = readFileSync(written('damaged'));
    bytes.fill(0xff, damagedAt, damagedAt + 12);
    writeFileSync(written('damaged'), bytes);
    const { alerts, unreadable } = await read(written('damaged'));
    expect(unreadable).toEqual([expect.stringMatching(/^rows? \d+( to 56)? cannot be read: /)]);
    expect(alerts.length).toBeGreaterThan(original.length / 2);
    expect(alerts.length).toBeLessThan(original.length);
    expect(isDeepStrictEqual(alerts, original.slice(0, alerts.length))).toBe(true);
  });
});
