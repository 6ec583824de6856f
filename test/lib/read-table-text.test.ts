import { describe, expect, test } from 'vitest';
import { csvText } from '../../src/lib/csv.ts';
import { decodeTableText, parseTableText } from '../../src/lib/read-table-text.ts';

const TEXT = 'objectId,label\nZTF18abfisdf,é\n';

const utf16 = (text: string, bigEndian: boolean): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

describe('the text of a table', () => {
  test.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-16, little end first, with its mark', utf16(`\uFEFF${TEXT}`, false)],
    ['UTF-16, big end first, with its mark', utf16(`\uFEFF${TEXT}`, true)],
    ['UTF-16, little end first, without a mark', utf16(TEXT, false)],
    ['UTF-16, big end first, without a mark', utf16(TEXT, true)],
    ['Windows-1252', Buffer.from(TEXT, 'latin1')],
  ])('%s', (_, bytes) => {
    expect(decodeTableText(bytes, 'x.csv').replace('\uFEFF', '')).toBe(TEXT);
  });

  test.each([
    ['PK\x03\x04...', 'an Excel workbook'],
    ['PAR1....', 'a Parquet file'],
    ['\x1f\x8b..', 'compressed'],
    ['a\0\x01\x02', 'no text'],
  ])('what is none is refused by its kind', (bytes, words) => {
    expect(() => decodeTableText(Buffer.from(bytes, 'latin1'), 'x.csv')).toThrow(words);
  });
});

const rows = (text: string) => parseTableText(text, 'x.csv').rows;
const values = (text: string) => rows(text).map((row) => row.values);

describe('the rows of a table', () => {
  const expected = [
    { a: '1', b: 'x' },
    { a: '2', b: 'y' },
  ];

  test.each([
    ['commas', 'a,b\n1,x\n2,y\n'],
    ['a byte order mark and Windows line ends', '\uFEFFa,b\r\n1,x\r\n2,y\r\n'],
    ['old Macintosh line ends', 'a,b\r1,x\r2,y'],
    ['semicolons', 'a;b\n1;x\n2;y\n'],
    ['tabs', 'a\tb\n1\tx\n2\ty\n'],
    ['a separator that the first line says', 'sep=;\na;b\n1;x\n2;y\n'],
    ['quotes', '"a","b"\n"1","x"\n"2", "y"\n'],
    ['empty lines, and rows filled up with empty fields', 'a,b\n\n1,x,,\n,,,\n2,y\n,\n'],
    ['empty columns at the header’s end', 'a,b,,\n1,x,,\n2,y,,\n'],
    ['comments before the header', '# %ECSV 1.0\n# ---\na,b\n1,x\n2,y\n'],
  ])('%s', (_, text) => {
    expect(values(text)).toEqual(expected);
  });

  test('an index column of pandas, and of R, which gives it no name', () => {
    expect(values(',a,b\n0,1,x\n1,2,y\n')).toEqual([
      { '': '0', a: '1', b: 'x' },
      { '': '1', a: '2', b: 'y' },
    ]);
    expect(values('"a","b"\n"1",1,"x"\n"2",2,"y"\n')).toEqual([
      { '': '1', a: '1', b: 'x' },
      { '': '2', a: '2', b: 'y' },
    ]);
  });

  test('line breaks, separators and quotes inside quotes; lines are those of the file', () => {
    const text = '# made by hand\na,b\n"one\ntwo, ""three""",x\n2,"5"" dish"\n3,5" dish\n';
    expect(rows(text)).toEqual([
      { line: 3, values: { a: 'one\ntwo, "three"', b: 'x' } },
      { line: 5, values: { a: '2', b: '5" dish' } },
      { line: 6, values: { a: '3', b: '5" dish' } },
    ]);
  });

  test.each([
    ['a,b\n1,x\n2\n', 'x.csv line 3: 1 fields, where the header has 2'],
    ['a,b\n1,x,3\n2,y\n', 'line 2: 3 fields'],
    ['a,b\n1,"x\n2,y\n', 'line 2: a quote begins there that nothing ends'],
    ['a,b,a\n1,x,2\n', 'the column a twice'],
    ['\n', 'is empty'],
  ])('a fault is told with its line', (text, words) => {
    expect(() => rows(text)).toThrow(words);
  });

  test('what a spreadsheet would compute comes back as it was written', () => {
    const cells = ['=1+1', '+cmd', '-name', '@sum', "'=1", "'plain", '-3.0', '1;2', 'a\tb', '\tx', 'x=1'];
    const text = csvText(
      ['cell'],
      cells.map((one) => [one]),
    );
    expect(text.split('\n').slice(1, 7)).toEqual(["'=1+1", "'+cmd", "'-name", "'@sum", "''=1", "'plain"]);
    expect(text).toContain('\n-3.0\n');
    expect(values(text).map(({ cell }) => cell)).toEqual(cells);
  });
});
