import { describe, expect, test } from 'vitest';
import { isRoundedColumn, readCandid, settleCandid } from '../../../src/loop/intake/rounded-candid.ts';

const REAL = '1786182920315010011';
const NEAR = '1786182920315010046';

const settle = (text: string, stored: readonly string[], columnRounded = false): string => {
  const written = readCandid(text);
  if (written === null) throw new Error('no candid');
  return settleCandid({ line: 2, text, objectId: 'ZTF18aapgymv', written, stored }, 'x.csv', columnRounded);
};

describe('a candid as files have it', () => {
  test.each([
    [REAL, 'whole'],
    [` '${REAL}`, 'whole'],
    [`="${REAL}"`, 'whole'],
    [`${REAL}L`, 'whole'],
    [`${REAL}.0`, 'whole'],
    ['1 786 182 920 315 010 011', 'whole'],
    ['1,786,182,920,315,010,011', 'whole'],
    ['1', 'whole'],
    ['1786182920315010000', 'maybe'],
    ['975188145315015000', 'maybe'],
    ['1786182920315010048', 'maybe'],
    ['1.79E+18', 'rounded'],
    ['1,78618E+18', 'rounded'],
    ['1.78618292031501e+18', 'rounded'],
  ] as const)('%s is %s', (text, kind) => {
    expect(readCandid(text)?.kind).toBe(kind);
  });

  test.each(['', 'ZTF18', '12.5', '1e', '1.5e0', '123456789012345678901', '-5'])('%s is none', (text) => {
    expect(readCandid(text)).toBeNull();
  });
});

describe('a rounded one', () => {
  test.each(['1786182920315010000', '1786182920315010048', '1.79E+18', '1,786E+18', '1.78618292031501e+18'])(
    '%s is the store’s own, where one fits',
    (text) => {
      expect(settle(text, ['1886182920315010011', REAL])).toBe(REAL);
    },
  );

  test('all of whose digits the store has, is itself', () => {
    expect(settle('1786182920315010000', [REAL, '1786182920315010000'])).toBe('1786182920315010000');
    expect(settle(REAL, [NEAR])).toBe(REAL);
  });

  test('is refused with its line where two fit, or none', () => {
    expect(() => settle('1786182920315010000', [REAL, NEAR])).toThrow(
      /x\.csv line 2: .* more than one alert of ZTF18aapgymv/,
    );
    expect(() => settle('1.80E+18', [REAL])).toThrow('no alert of ZTF18aapgymv that it could be');
    expect(() => settle('1.79E+18', [])).toThrow('pull that alert first');
    expect(() => settle('1786182920315010000', [], true)).toThrow('line 2');
  });

  test('is taken for a real one with zeros where the rest of its column has all its digits', () => {
    expect(settle('1786182920315010000', [])).toBe('1786182920315010000');
    const column = (...texts: string[]) => texts.flatMap((text) => readCandid(text) ?? []);
    expect(isRoundedColumn(column('1786182920315010000', REAL))).toBe(false);
    expect(isRoundedColumn(column('1786182920315010000', '975188145315015000'))).toBe(true);
    expect(isRoundedColumn(column('975188145315015000'))).toBe(false);
    expect(isRoundedColumn(column('1', '2'))).toBe(false);
  });
});
