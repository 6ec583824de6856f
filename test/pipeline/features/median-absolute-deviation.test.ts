import { expect, it } from 'vitest';
import { medianAbsoluteDeviation } from '../../../src/pipeline/features/median-absolute-deviation.ts';

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
