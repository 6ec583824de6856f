import { describe, expect, it } from 'vitest';
import { alertPixel, placeStamp } from '../../../src/pictures/card/place-stamp.ts';
import type { Stamp } from '../../../src/pictures/card/read-stamp.ts';

const stamp = (width: number, height: number, peak: { x: number; y: number }, value = 500): Stamp => {
  const pixels = new Float32Array(width * height);
  pixels[peak.y * width + peak.x] = value;
  return { width, height, pixels };
};

describe('alertPixel', () => {
  it('is the middle of a whole stamp, wherever something brighter lies', () => {
    expect(alertPixel(stamp(63, 63, { x: 3, y: 60 }))).toEqual({ x: 31, y: 31 });
  });

  it.each([
    ['first rows are missing', 63, 58, { x: 31, y: 26 }],
    ['last rows are missing', 63, 58, { x: 31, y: 31 }],
    ['first columns are missing', 50, 63, { x: 18, y: 31 }],
    ['last columns are missing', 50, 63, { x: 31, y: 31 }],
    ['a corner is missing', 50, 40, { x: 18, y: 31 }],
  ])('is found by its peak when the %s', (_, width, height, peak) => {
    expect(alertPixel(stamp(width, height, { x: peak.x + 1, y: peak.y - 1 }))).toEqual(peak);
    expect(alertPixel(stamp(width, height, peak, -500))).toEqual(peak);
  });
});

describe('placeStamp', () => {
  it('leaves a whole stamp as it is', () => {
    const whole = stamp(63, 63, { x: 31, y: 31 });
    expect(placeStamp(whole, { x: 31, y: 31 })).toBe(whole);
  });

  it('fills what was cut off with no data, the alert in the middle', () => {
    const placed = placeStamp(stamp(63, 58, { x: 31, y: 26 }), { x: 31, y: 26 });
    expect([placed.width, placed.height]).toEqual([63, 63]);
    expect(placed.pixels[31 * 63 + 31]).toBe(500);
    expect([...placed.pixels.subarray(0, 5 * 63)].every(Number.isNaN)).toBe(true);
    expect([...placed.pixels.subarray(5 * 63)].some(Number.isNaN)).toBe(false);
  });
});
