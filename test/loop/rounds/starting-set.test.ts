import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  readStartingSet,
  SHIPPED_STARTING_SET,
  startingRows,
  startingSetText,
} from '../../../src/loop/rounds/starting-set.ts';
import { FEATURE_SETS, featureNames } from '../../../src/pipeline/features/feature-table.ts';
import { temporaryFolder } from '../../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('the starting set that comes along', () => {
  const objects = readStartingSet(SHIPPED_STARTING_SET);

  test('has 148 objects, each once, of both classes, with the source of each label', () => {
    expect(objects).toHaveLength(148);
    expect(new Set(objects.map(({ objectId }) => objectId)).size).toBe(148);
    expect(objects.filter(({ label }) => label === 'galactic')).toHaveLength(80);
    expect(objects.every(({ source }) => /^(simbad|tns)/.test(source))).toBe(true);
  });

  test.each(FEATURE_SETS)('has the figures of every column of %s but those looked up elsewhere', (set) => {
    const { x, y, groups } = startingRows(objects, set);
    expect([x.names, x.rows, y.length, groups.length]).toEqual([featureNames(set), 148, 148, 148]);
    const empty = x.names.filter((_, column) =>
      groups.every((__, row) => Number.isNaN(x.values[row * x.names.length + column])),
    );
    expect(empty).toEqual(set === 'reference' ? ['sep_arcsec'] : []);
  });

  test('is read as it was written', () => {
    const path = join(folder.path, 'again.csv');
    writeFileSync(path, startingSetText(objects));
    expect(readStartingSet(path)).toEqual(objects);
    expect(readFileSync(path, 'utf8')).toBe(readFileSync(SHIPPED_STARTING_SET, 'utf8'));
  });
});

test.each([
  ['', /is empty|no object/],
  ['objectId,candid,label,type\nA,1,galactic,x\n', /no column source/],
  [
    'objectId,candid,label,type,source\nA,1,maybe,x,y\n',
    /line 2: the label must be galactic or not_galactic/,
  ],
  ['objectId,candid,label,type,source,drb\nA,1,galactic,x,y,much\n', /line 2: drb is no number: much/],
])('a file that is none is refused in words (%j)', (text, words) => {
  const path = join(folder.path, 'set.csv');
  writeFileSync(path, text);
  expect(() => readStartingSet(path)).toThrow(words);
});
