import { expect, it } from 'vitest';
import { linearFit } from '../../../src/pipeline/features/linear-fit.ts';

const of = (...values: number[]) => Float64Array.from(values);

it('finds a straight line exactly, at Julian dates too', () => {
  const days = [0, 1.25, 3.5, 10];
  const fit = linearFit(
    Float64Array.from(days, (t) => 2461000.5 + t),
    Float64Array.from(days, (t) => 19 + 0.04 * t),
    of(0.1, 0.2, 0.05, 0.3),
  );
  expect(fit?.slope).toBeCloseTo(0.04, 10);
  expect(fit?.reducedChi2).toBeCloseTo(0, 10);
});

it('agrees with a fit made by hand', () => {
  // t 0 1 2, m 0 0 3, sigma 1 1 1: mean t 1, mean m 1; sxx 2, sxy 3; residuals 0.5 -1 0.5
  const fit = linearFit(of(0, 1, 2), of(0, 0, 3), of(1, 1, 1));
  expect(fit?.slope).toBeCloseTo(1.5, 12);
  expect(fit?.slopeSigma).toBeCloseTo(Math.SQRT1_2, 12);
  expect(fit?.reducedChi2).toBeCloseTo(1.5, 12);
});

it('weighs a point by its error', () => {
  // t 0 1 2, m 0 0 3, w 1 1 4: mean t 1.5, mean m 2; sxx 2.25 + 0.25 + 1 = 3.5, sxy 3 + 1 + 2 = 6
  const fit = linearFit(of(0, 1, 2), of(0, 0, 3), of(1, 1, 0.5));
  expect(fit?.slope).toBeCloseTo(12 / 7, 12);
  expect(fit?.slopeSigma).toBeCloseTo(1 / Math.sqrt(3.5), 12);
  // residuals 4/7, -8/7, 1/7: 16/49 + 64/49 + 4/49 = 12/7
  expect(fit?.reducedChi2).toBeCloseTo(12 / 7, 12);
});

it.each([
  ['two points', of(0, 1), of(19, 20), of(0.1, 0.1)],
  ['points all at one time', of(5, 5, 5), of(19, 20, 21), of(0.1, 0.1, 0.1)],
  ['an error of zero', of(0, 1, 2), of(19, 20, 21), of(0.1, 0, 0.1)],
])('is missing for %s', (_, t, m, sigma) => {
  expect(linearFit(t, m, sigma)).toBeNull();
});
