import { expect, test } from 'vitest';
import { csvText, realText } from '../../src/lib/csv.ts';

test('fields with commas, quotes and line breaks are quoted, the missing are empty', () => {
  const text = csvText(
    ['answer', 'p'],
    [
      ['AGN, "other"', 0.25],
      ['two\nlines\r', null],
      ['', Number.NaN],
      ['plain = text', Number.POSITIVE_INFINITY],
    ],
  );
  expect(text).toBe('answer,p\n"AGN, ""other""",0.25\n"two\nlines\r",\n,\nplain = text,Infinity\n');
});

test('a table without rows has its header', () => {
  expect(csvText(['a'], [])).toBe('a\n');
});

test('whole numbers are written as real ones, and every number keeps all its digits', () => {
  expect([12, -3, 0, -0, 0.1, 1e21, 1.5e-9, 2 ** 53, Number.NaN].map(realText)).toEqual([
    '12.0',
    '-3.0',
    '0.0',
    '0.0',
    '0.1',
    '1e+21',
    '1.5e-9',
    '9007199254740992.0',
    null,
  ]);
});
