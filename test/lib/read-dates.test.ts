import { describe, expect, test } from 'vitest';
import { readDates } from '../../src/lib/read-dates.ts';

const written = (texts: readonly string[]) => texts.map((text, index) => ({ line: index + 2, text }));
const read = (...texts: string[]) => readDates(written(texts), 'x.csv');

describe('a date whose order is plain', () => {
  test.each([
    ['2025-05-20T14:03:11.123456', '2025-05-20T14:03:11.123456Z'],
    ['2025-05-20 14:03:11.5', '2025-05-20T14:03:11.5Z'],
    ['2025-05-20T14:03:11Z', '2025-05-20T14:03:11Z'],
    ['2025-05-20T14:03:11+02:00', '2025-05-20T12:03:11.000Z'],
    ['2025-05-20 14:03:11.25+0000', '2025-05-20T14:03:11.250Z'],
    ['2025-05-20T14:03:11-05', '2025-05-20T19:03:11.000Z'],
    ['2025-05-20', '2025-05-20T00:00:00Z'],
    ['2025/5/2 9:03', '2025-05-02T09:03:00Z'],
    ['20250520', '2025-05-20T00:00:00Z'],
    ['20250520T140311', '2025-05-20T14:03:11Z'],
    ['20.05.2025 14:03', '2025-05-20T14:03:00Z'],
    ['20 May 2025', '2025-05-20T00:00:00Z'],
    ['20-May-25 14:03:11', '2025-05-20T14:03:11Z'],
    ['May 20, 2025 2:03 PM', '2025-05-20T14:03:00Z'],
    ['20-juin-25', '2025-06-20T00:00:00Z'],
    ['20 août 2025 14:03', '2025-08-20T14:03:00Z'],
    ['3. Okt. 2025', '2025-10-03T00:00:00Z'],
    ['Tue, 20 May 2025 14:03:11 GMT', '2025-05-20T14:03:11Z'],
    ['45809.416666666664', '2025-06-01T10:00:00.000Z'],
    ['60827.416666666664', '2025-06-01T10:00:00.000Z'],
    ['2460827.9166666665', '2025-06-01T10:00:00.000Z'],
    ['1748772000', '2025-06-01T10:00:00.000Z'],
    ['1748772000000', '2025-06-01T10:00:00.000Z'],
  ])('%s', (text, time) => {
    expect(read(text)).toEqual({ times: [time], assumed: null });
  });

  test.each([
    'then',
    '2025-02-30',
    '2025-13-01',
    '32.01.2025',
    '2025-05-20 25:00',
    '12',
    '3025-01-01',
    '20 Foo 2025',
  ])('%s is none', (text) => {
    expect(() => read('2025-05-20', text)).toThrow(`x.csv line 3: "${text}" is no date and time`);
  });
});

describe('day or month first is one for all of the file', () => {
  test('one date of the file tells for all', () => {
    expect(read('01/06/2025 10:00', '13/06/2025 10:00')).toEqual({
      times: ['2025-06-01T10:00:00Z', '2025-06-13T10:00:00Z'],
      assumed: null,
    });
    expect(read('06/01/2025', '6/13/25')).toEqual({
      times: ['2025-06-01T00:00:00Z', '2025-06-13T00:00:00Z'],
      assumed: null,
    });
  });

  test('where nothing tells, it is the day, and that is said; am and pm are American', () => {
    expect(read('01/06/2025 10:00')).toEqual({
      times: ['2025-06-01T10:00:00Z'],
      assumed: { order: 'day-first', example: '01/06/2025 10:00' },
    });
    expect(read('6/1/2025 10:00 AM').times).toEqual(['2025-06-01T10:00:00Z']);
    expect(readDates(written(['01/06/2025']), 'x.csv', 'month-first')).toEqual({
      times: ['2025-01-06T00:00:00Z'],
      assumed: null,
    });
  });

  test('dates that contradict each other are refused with both lines', () => {
    expect(() => read('13/06/2025', '06/13/2025')).toThrow(
      /line 3 .* cannot be day first, line 2 .* month first/,
    );
  });
});
