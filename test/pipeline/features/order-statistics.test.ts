import { expect, it } from 'vitest';
import {
  amplitude,
  median,
  medianAbsoluteDeviation,
} from '../../../src/pipeline/features/order-statistics.ts';

it('is the middle one of an odd number, in order of value and not of text', () => {
  expect(median(Float64Array.of(100, 9, 20))).toBe(20);
});

it('is the mean of the two middle ones of an even number', () => {
  expect(median(Float64Array.of(4, 1, 3, 2))).toBe(2.5);
});

it('is missing for none', () => {
  expect(median(new Float64Array())).toBeNull();
});

it('leaves the light curve in its order', () => {
  const m = Float64Array.of(3, 1, 2);
  median(m);
  expect([...m]).toEqual([3, 1, 2]);
});

it('is the median distance from the median, unscaled', () => {
  // median 2; distances 1 1 0 0 2 4 7, in order 0 0 1 1 2 4 7
  expect(medianAbsoluteDeviation(Float64Array.of(1, 1, 2, 2, 4, 6, 9))).toBe(1);
});

it('does not see one outlier', () => {
  expect(medianAbsoluteDeviation(Float64Array.of(20, 20, 20, 12))).toBe(0);
});

it('is zero for one point and missing for none', () => {
  expect(medianAbsoluteDeviation(Float64Array.of(19))).toBe(0);
  expect(medianAbsoluteDeviation(new Float64Array())).toBeNull();
});

it('is half the range', () => {
  expect(amplitude(Float64Array.of(19.5, 20.5, 18.75))).toBe(0.875);
});

it('is zero for one point and missing for none', () => {
  expect(amplitude(Float64Array.of(19.5))).toBe(0);
  expect(amplitude(new Float64Array())).toBeNull();
});
