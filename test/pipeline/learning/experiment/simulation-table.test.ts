import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  readSimulationTable,
  type TableOptions,
} from '../../../../src/pipeline/learning/experiment/simulation-table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'finkvra-table-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const options: TableOptions = {
  label: 'label',
  positive: ['gal', '1'],
  negative: ['agn', '0'],
  group: null,
  features: null,
};

const tableOf = (...args: Parameters<typeof readSimulationTable>) => readSimulationTable(...args).table;

const CSV = `candid,objectId,drb,amplitude,known,remark,label
3063176310015015001,ZTF1,0.5,0.125,true,odd,gal
3063176310015015002,ZTF1,0.75,,false,,gal
3063176310015015003,ZTF2,nan,2,true,faint,agn
3063176310015015004,ZTF3,1,3,false,,bogus
`;

describe('a CSV table', () => {
  test('gives its columns of numbers; ids, label and text are no features, what is missing is NaN', () => {
    const { table } = readSimulationTable([file('a.csv', CSV)], [], options);
    expect(table.x.names).toEqual(['drb', 'amplitude', 'known']);
    expect([...table.x.values]).toEqual([0.5, 0.125, 1, 0.75, Number.NaN, 0, Number.NaN, 2, 1]);
    expect([...table.y]).toEqual([1, 1, 0]);
  });

  test('is the same as a spreadsheet in Europe, Windows and pandas write it', () => {
    const plain = tableOf([file('a.csv', CSV)], [], options);
    const european = CSV.replaceAll(',', ';').replaceAll(/(\d)\.(\d)/g, '$1,$2');
    const indexed = CSV.split('\n').map((line, i) => (line === '' ? '' : `${i === 0 ? '' : i - 1},${line}`));
    for (const text of [
      european,
      `\uFEFF${CSV.replaceAll('\n', '\r\n')}`,
      indexed.join('\n'),
      CSV.replaceAll(',', '\t'),
    ])
      expect(tableOf([file('b.csv', text)], [], options)).toEqual(plain);
    const path = join(folder, 'c.csv');
    writeFileSync(path, Buffer.from(`\uFEFF${CSV}`, 'utf16le'));
    expect(tableOf([path], [], options)).toEqual(plain);
  });

  test('keeps the rows of a group together; with none every row stands alone', () => {
    const path = file('a.csv', CSV);
    expect(tableOf([path], [], { ...options, group: 'objectId' }).groups).toEqual(['ZTF1', 'ZTF1', 'ZTF2']);
    expect(new Set(tableOf([path], [], { ...options, group: 'none' }).groups).size).toBe(3);
  });

  test('groups by ids of 19 digits without rounding them', () => {
    const { groups } = tableOf([file('a.csv', CSV)], [], { ...options, group: 'candid' });
    expect(groups[1]).toBe('3063176310015015002');
    expect(new Set(groups).size).toBe(3);
  });

  test('of which columns are named gives these, in that order', () => {
    const { x } = tableOf([file('a.csv', CSV)], [], {
      ...options,
      features: ['amplitude', 'drb'],
    });
    expect(x.names).toEqual(['amplitude', 'drb']);
    expect([...x.values.slice(0, 2)]).toEqual([0.125, 0.5]);
    expect(() =>
      readSimulationTable([file('a.csv', CSV)], [], { ...options, features: ['drb', 'remark'] }),
    ).toThrow(/column remark of .*a\.csv does not hold numbers/);
  });

  test('may be in several files, and have its classes in others, whose rows need not be in the same order', () => {
    const first = file('x1.csv', 'id,a\n1,10\n2,20\n');
    const second = file('x2.csv', 'id,a\n3,30\n4,40\n');
    const labels = file('y.csv', 'id,label\n4,agn\n1,gal\n3,gal\n9,agn\n');
    const { table } = readSimulationTable([first, second], [labels], options);
    expect([...table.x.values]).toEqual([10, 30, 40]);
    expect([...table.y]).toEqual([1, 1, 0]);
  });
});

test('a Parquet table gives the same as the CSV file it was made of', () => {
  const path = join(folder, 'a.parquet');
  pl.DataFrame({
    candid: ['3063176310015015001', '3063176310015015002', '3063176310015015003'],
    objectId: ['ZTF1', 'ZTF1', 'ZTF2'],
    drb: [0.5, 0.75, Number.NaN],
    amplitude: [0.125, null, 2],
    known: [true, false, true],
    remark: ['odd', null, 'faint'],
    label: ['gal', 'gal', 'agn'],
  }).writeParquet(path);
  expect(readSimulationTable([path], [], options)).toEqual(
    readSimulationTable([file('a.csv', CSV)], [], options),
  );
});

test('classes written as whole or real numbers are told by their values', () => {
  const path = join(folder, 'y.parquet');
  pl.DataFrame({ a: [1, 2, 3], label: [1, 0, 5] }).writeParquet(path);
  const { y } = tableOf([path], [], {
    ...options,
    positive: ['1', '1.0'],
    negative: ['0', '0.0'],
  });
  expect([...y]).toEqual([1, 0]);
});

describe('what is wrong is named', () => {
  const wrong = (text: string, more: Partial<TableOptions> = {}) => {
    const path = file('a.csv', text);
    return () => readSimulationTable([path], [], { ...options, ...more });
  };

  test('a column that is not there, with those that are', () => {
    expect(wrong(CSV, { label: 'type' })).toThrow(/a\.csv has no column type; it has candid, objectId, drb/);
    expect(wrong(CSV, { group: 'star' })).toThrow('no column star');
    expect(wrong(CSV, { features: ['drb', 'colour'] })).toThrow('no column colour');
  });

  test('values that are no class, with those the column holds', () => {
    expect(wrong(CSV, { positive: ['star'], negative: ['galaxy'] })).toThrow(
      'one of the classes star, galaxy; column label holds gal, agn, bogus',
    );
  });

  test('a table without numbers, and label files that share no column with it', () => {
    expect(wrong('name,label\nx,gal\ny,agn\n')).toThrow('no column of numbers');
    const path = file('a.csv', 'id,a\n1,2\n');
    const labels = file('y.csv', 'star,label\n1,gal\n');
    expect(() => readSimulationTable([path], [labels], options)).toThrow('no column in common');
  });

  test.each([
    ['a.txt', 'a,label\n1,gal\n', /ends in \.csv or \.parquet/],
    ['a.csv', '', /a\.csv cannot be read/],
    ['a.parquet', 'PAR1 and no more', /a\.parquet cannot be read/],
  ])('%s that is no table', (name, text, reason) => {
    expect(() => readSimulationTable([file(name, text)], [], options)).toThrow(reason);
  });

  test('a file that is not there', () => {
    expect(() => readSimulationTable([join(folder, 'no.csv')], [], options)).toThrow(
      /no\.csv cannot be read/,
    );
  });
});
