import { describe, expect, it } from 'vitest';
import { apparentMagnitude, hasTemplateSource } from '../../../src/pipeline/features/apparent-magnitudes.ts';
import { detection, upperLimit } from './epochs.ts';

describe('the apparent magnitude', () => {
  it('adds the fluxes where the source has brightened', () => {
    // Two equal fluxes are 2.5 log10 2 mag brighter than one; errors 0.1 and 0.1 mag of half the flux each.
    const bright = apparentMagnitude(detection({ magpsf: 20, magnr: 20, sigmapsf: 0.1, sigmagnr: 0.1 }));
    expect(bright?.magnitude).toBeCloseTo(20 - 2.5 * Math.log10(2), 10);
    expect(bright?.sigma).toBeCloseTo(0.1 * Math.SQRT1_2, 10);
  });

  it.each(['f', '0'])('takes the difference off where the source has faded (%s)', (isdiffpos) => {
    // 100 - 36 = 64: magnitudes of the fluxes 36, 100 and 64
    const of = (flux: number) => 25 - 2.5 * Math.log10(flux);
    const faded = apparentMagnitude(
      detection({ isdiffpos, magpsf: of(36), magnr: of(100), sigmapsf: 0, sigmagnr: 0.064 }),
    );
    expect(faded?.magnitude).toBeCloseTo(of(64), 10);
    expect(faded?.sigma).toBeCloseTo(0.1, 10);
  });

  it("reads '1' as 't'", () => {
    expect(apparentMagnitude(detection({ isdiffpos: '1' }))).toEqual(apparentMagnitude(detection()));
  });

  it.each([
    ['no source in the template', { magnr: null }],
    ['a negative magnitude of it, which means missing', { magnr: -999 }],
    ['no error of it', { sigmagnr: null }],
    ['a sign that nobody knows', { isdiffpos: null }],
    ['more flux lost than there was', { isdiffpos: 'f', magpsf: 18, magnr: 19 }],
    ['exactly all flux lost', { isdiffpos: 'f', magpsf: 19, magnr: 19 }],
  ])('is missing with %s', (_, changes) => {
    expect(apparentMagnitude(detection(changes))).toBeNull();
  });

  it('is missing for an upper limit', () => {
    expect(apparentMagnitude(upperLimit())).toBeNull();
  });
});

describe('a source in the template', () => {
  it.each([
    [0, true],
    [1.5, true],
    [1.51, false],
    [-999, false],
    [null, false],
  ])('at %s pixels: %s', (distnr, expected) => {
    expect(hasTemplateSource([detection(), detection({ distnr })])).toBe(expected);
  });

  it('counts in i band too', () => {
    expect(hasTemplateSource([detection(), detection({ fid: 3, distnr: 0.2 })])).toBe(true);
  });
});
