import { describe, expect, test } from 'vitest';
import { groupTableRows, isIdColumn } from '../../../../src/pipeline/learning/experiment/row-groups.ts';

const row = (columns: Record<string, string | null>) => new Map(Object.entries(columns));
const find = (
  rows: readonly Map<string, string | null>[],
  features: readonly string[] = [],
  group?: string,
) => groupTableRows(rows, { group: group ?? null, features });
const parts = (groups: readonly string[]) => groups.map((name) => groups.indexOf(name));

describe('rows of one object', () => {
  test('are told by any column of ids that repeats', () => {
    const rows = ['a', 'b', 'a', 'c'].map((id, i) => row({ candid: `${i}`, objectId: id, x: '1' }));
    const { groups, by, warning } = find(rows);
    expect(parts(groups)).toEqual([0, 1, 0, 3]);
    expect([by, warning]).toEqual([['objectId'], null]);
  });

  test('are told by positions within 1.5 arcsec, also beside each other across 0 h', () => {
    const places = [
      ['359.9999', '10'],
      ['120.5', '-40'],
      ['0.0001', '10'],
      ['120.5', '-40.000416'],
      ['120.5', '-40.0009'],
    ];
    const { groups, by } = find(places.map(([ra = null, dec = null]) => row({ ra, dec })));
    // 0.0002 degrees of right ascension are 0.7 arcsec there; 0.0004 of declination 1.5, 0.0009 3.2.
    expect(parts(groups)).toEqual([0, 1, 0, 1, 4]);
    expect(by).toEqual(['positions within 1.5 arcsec']);
  });

  test('ids and positions together: one row may tie two others', () => {
    const rows = [
      row({ objectId: 'a', ra: '10', dec: '1' }),
      row({ objectId: 'b', ra: '10.0001', dec: '1' }),
      row({ objectId: 'b', ra: '', dec: '' }),
    ];
    expect(parts(find(rows).groups)).toEqual([0, 0, 0]);
  });

  test('are not told by the id of a night, which stands on many', () => {
    const rows = Array.from({ length: 120 }, (_, i) => row({ night_id: `${i % 2}`, oid: `${i}` }));
    expect(find(rows)).toMatchObject({ by: [] });
    expect(new Set(find(rows).groups).size).toBe(120);
  });

  test('are what a named column says, and with none no row belongs to another', () => {
    const rows = ['a', 'a', 'b'].map((id, i) => row({ objectId: id, host: i === 0 ? 'x' : 'y' }));
    expect(find(rows, [], 'host')).toEqual({ groups: ['x', 'y', 'y'], by: ['host'], warning: null });
    expect(parts(find(rows, [], 'none').groups)).toEqual([0, 1, 2]);
  });
});

describe('a table in which rows repeat and nothing says which belong together', () => {
  const objects = Array.from({ length: 30 }, (_, i) => ({
    ebv: `0.0${12_345 + 7 * i}`,
    drb: `0.9${10_000 + i}`,
  }));

  test('is warned of', () => {
    const rows = [...objects, ...objects.slice(0, 5)].map((one) => row(one));
    expect(find(rows, ['ebv', 'drb']).warning).toMatch(/^10 of 35 rows share measured values .* --group/);
  });

  test('but not where values repeat because they are rounded, or rows are different', () => {
    expect(
      find(
        objects.map((one) => row(one)),
        ['ebv', 'drb'],
      ).warning,
    ).toBeNull();
    const rounded = Array.from({ length: 40 }, (_, i) => row({ n: `${i % 5}`, m: `${19 + (i % 7) / 10}` }));
    expect(find(rounded, ['n', 'm']).warning).toBeNull();
  });
});

test.each([
  ['candid', true],
  ['i:candid', true],
  ['objectId', true],
  ['ATLAS_ID', true],
  ['diaObjectId', true],
  ['fid', false],
  ['nid', false],
  ['ra', false],
  ['valid', false],
])('%s as the name of a column of ids: %s', (name, expected) => {
  expect(isIdColumn(name)).toBe(expected);
});
