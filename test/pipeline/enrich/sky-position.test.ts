import { describe, expect, it } from 'vitest';
import { decToDms, raToHms, sexagesimal } from '../../../src/pipeline/enrich/sky-position.ts';

describe('sexagesimal coordinates', () => {
  it('prints the position of a known star as its name has it', () => {
    // SDSS J100023.30+013812.9
    expect(sexagesimal(150.09708478950003, 1.6369261840498823)).toBe('10:00:23.30 +01:38:12.9');
  });

  it('carries a rounded-up second into minutes, hours and the next turn', () => {
    expect(raToHms((59.996 / 3600) * 15)).toBe('00:01:00.00');
    expect(raToHms(14.999999)).toBe('01:00:00.00');
    expect(raToHms(359.9999999)).toBe('00:00:00.00');
    expect(decToDms(29.9999999)).toBe('+30:00:00.0');
    expect(decToDms(-59.99 / 3600, 1)).toBe('-00:01:00.0');
    expect(decToDms(-89.99999999)).toBe('-90:00:00.0');
  });

  it('keeps the sign between 0 and -1 degree, and gives zero a plus', () => {
    expect(decToDms(-0.5)).toBe('-00:30:00.0');
    expect(decToDms(-0)).toBe('+00:00:00.0');
    expect(decToDms(-1e-9)).toBe('+00:00:00.0');
  });

  it('takes any number of decimals and any turn', () => {
    expect(raToHms(180, 0)).toBe('12:00:00');
    expect(raToHms(-90, 3)).toBe('18:00:00.000');
    expect(raToHms(370, 1)).toBe('00:40:00.0');
    expect(decToDms(1.0000001, 4)).toBe('+01:00:00.0004');
  });

  it('never prints a 60 and reads back to within half a unit', () => {
    for (let step = 0; step < 5000; step += 1) {
      const ra = (step * 137.50776405) % 360;
      const dec = ((step * 61.80339887) % 180) - 90;
      const [, h = '', m = '', s = ''] = /^(\d\d):(\d\d):(\d\d\.\d\d)$/.exec(raToHms(ra)) ?? [];
      expect(Number(m) < 60 && Number(s) < 60).toBe(true);
      const back = 15 * (Number(h) + Number(m) / 60 + Number(s) / 3600);
      expect(Math.min(Math.abs(back - ra), 360 - Math.abs(back - ra))).toBeLessThan(0.0000209);
      const [, sign = '', d = '', am = '', as = ''] =
        /^([+-])(\d\d):(\d\d):(\d\d\.\d)$/.exec(decToDms(dec)) ?? [];
      const magnitude = Number(d) + Number(am) / 60 + Number(as) / 3600;
      expect(Math.abs((sign === '-' ? -magnitude : magnitude) - dec)).toBeLessThan(0.000014);
    }
  });

  it('refuses what is no position', () => {
    expect(() => raToHms(Number.NaN)).toThrow(/right ascension/);
    expect(() => decToDms(90.1)).toThrow(/declination/);
    expect(() => decToDms(10, 1.5)).toThrow(/decimals/);
  });
});
