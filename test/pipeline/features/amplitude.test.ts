import { expect, it } from 'vitest';
import { amplitude } from '../../../src/pipeline/features/amplitude.ts';

it('is half the range', () => {
  expect(amplitude(Float64Array.of(19.5, 20.5, 18.75))).toBe(0.875);
});

it('is zero for one point and missing for none', () => {
  expect(amplitude(Float64Array.of(19.5))).toBe(0);
  expect(amplitude(new Float64Array())).toBeNull();
});
