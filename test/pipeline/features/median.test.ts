import { expect, it } from 'vitest';
import { median } from '../../../src/pipeline/features/median.ts';

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
