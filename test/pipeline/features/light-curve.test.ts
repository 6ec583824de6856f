import { expect, it } from 'vitest';
import { lightCurve } from '../../../src/pipeline/features/light-curve.ts';
import { detection, upperLimit } from './epochs.ts';

it('parts the bands, leaves i band and upper limits out, and sorts by time', () => {
  const { g, r, apparent } = lightCurve([
    detection({ jd: 30, magpsf: 19.3 }),
    detection({ jd: 10, magpsf: 19.1 }),
    detection({ jd: 15, fid: 2, magpsf: 18.5, sigmapsf: 0.2 }),
    detection({ jd: 16, fid: 3, magpsf: 18 }),
    upperLimit({ jd: 17 }),
    detection({ jd: 20, magpsf: 19.2 }),
  ]);
  expect(apparent).toBe(false);
  expect([[...g.t], [...g.m]]).toEqual([
    [10, 20, 30],
    [19.1, 19.2, 19.3],
  ]);
  expect([[...r.t], [...r.m], [...r.sigma]]).toEqual([[15], [18.5], [0.2]]);
});

it('keeps the first of points at the same time in the same band', () => {
  const { g, r } = lightCurve([
    detection({ jd: 10, magpsf: 19.1 }),
    detection({ jd: 10, magpsf: 19.9 }),
    detection({ jd: 10, fid: 2, magpsf: 18.5 }),
  ]);
  expect([...g.m]).toEqual([19.1]);
  expect([...r.m]).toEqual([18.5]);
});

it('leaves a point without an error out', () => {
  expect(lightCurve([detection({ sigmapsf: null }), detection({ sigmapsf: Number.NaN })]).g.t).toHaveLength(
    0,
  );
});

it('makes all points of all bands apparent when one has a template source, even one in i band', () => {
  const epochs = [
    detection({ jd: 10 }),
    detection({ jd: 11, fid: 2 }),
    detection({ jd: 12, fid: 3, distnr: 1 }),
  ];
  const { g, r, apparent } = lightCurve(epochs);
  // 20 mag on top of 19 mag
  const both = -2.5 * Math.log10(10 ** (-0.4 * 20) + 10 ** (-0.4 * 19));
  expect(apparent).toBe(true);
  expect(g.m[0]).toBeCloseTo(both, 12);
  expect(r.m[0]).toBeCloseTo(both, 12);
});

it('drops what has no apparent magnitude', () => {
  const epochs = [detection({ jd: 10, distnr: 0.5 }), detection({ jd: 11, isdiffpos: 'f', magpsf: 18 })];
  expect([...lightCurve(epochs).g.t]).toEqual([10]);
});
