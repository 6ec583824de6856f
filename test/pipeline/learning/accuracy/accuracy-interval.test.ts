import { expect, test } from 'vitest';
import {
  studentQuantile95,
  wilsonInterval,
} from '../../../../src/pipeline/learning/accuracy/accuracy-interval.ts';

test('the interval at 0.86 is 0.70 to 0.94 with 30 labels and 0.78 to 0.92 with 100', () => {
  const with30 = wilsonInterval(0.86, 30);
  expect(with30.low).toBeCloseTo(0.696, 2);
  expect(with30.high).toBeCloseTo(0.942, 2);
  const with100 = wilsonInterval(0.86, 100);
  expect(with100.low).toBeCloseTo(0.779, 2);
  expect(with100.high).toBeCloseTo(0.915, 2);
});

test('81 of 263: the interval of Newcombe 1998 (Stat. Med. 17, 857), table I', () => {
  const { low, high } = wilsonInterval(81 / 263, 263);
  expect(low).toBeCloseTo(0.2553, 4);
  expect(high).toBeCloseTo(0.3662, 4);
});

test('0 of 20 and 20 of 20 stay inside 0 to 1 and are not points', () => {
  expect(wilsonInterval(0, 20).low).toBe(0);
  expect(wilsonInterval(0, 20).high).toBeCloseTo(0.1611, 4);
  expect(wilsonInterval(1, 20).low).toBeCloseTo(0.8389, 4);
  expect(wilsonInterval(1, 20).high).toBe(1);
});

test('nothing measured says nothing', () => {
  expect(wilsonInterval(0.5, 0)).toEqual({ low: 0, high: 1 });
});

test('a real-valued size lies between its neighbours', () => {
  const width = (n: number): number => wilsonInterval(0.8, n).high - wilsonInterval(0.8, n).low;
  expect(width(20.5)).toBeLessThan(width(20));
  expect(width(20.5)).toBeGreaterThan(width(21));
});

test('the quantile for an estimated variance is that of the tables of Student', () => {
  const table = [
    [4, 2.776, 0.02],
    [8, 2.306, 0.001],
    [26, 2.056, 0.001],
    [100, 1.984, 0.001],
  ] as const;
  for (const [degrees, quantile, within] of table) {
    expect(Math.abs(studentQuantile95(degrees) - quantile)).toBeLessThan(within);
  }
  expect(studentQuantile95(1e9)).toBeCloseTo(1.959964, 6);
  expect(Number.isFinite(studentQuantile95(0))).toBe(true);
});
