import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { galacticFromIcrs, galacticLatitude } from '../../../src/pipeline/enrich/galactic-coordinates.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';

const DEGREES = 180 / Math.PI;

/** Rows of a two-column CSV of radians, as degrees. */
const readDegrees = (path: string): [number, number][] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [lon = Number.NaN, lat = Number.NaN] = line.split(',').map(Number);
      return [lon * DEGREES, lat * DEGREES];
    });

/** Angle between two directions in arcsec, exact for tiny angles (chord length). */
const separation = ([lon1, lat1]: [number, number], [lon2, lat2]: [number, number]): number => {
  const vector = (lon: number, lat: number): number[] => [
    Math.cos(lat / DEGREES) * Math.cos(lon / DEGREES),
    Math.cos(lat / DEGREES) * Math.sin(lon / DEGREES),
    Math.sin(lat / DEGREES),
  ];
  const second = vector(lon2, lat2);
  const chord = Math.hypot(...vector(lon1, lat1).map((value, axis) => value - (second[axis] ?? Number.NaN)));
  return 2 * Math.asin(chord / 2) * DEGREES * 3600;
};

describe('Galactic coordinates', () => {
  it('puts the poles at b = +90 and -90 and Sagittarius A* 0.07 degrees from l = b = 0', () => {
    expect(galacticLatitude(192.85948, 27.12825)).toBeCloseTo(90, 5);
    expect(galacticLatitude(12.85948, -27.12825)).toBeCloseTo(-90, 5);
    // Reid and Brunthaler 2004: l = 359.944, b = -0.046.
    const { l, b } = galacticFromIcrs(266.416837, -29.007811);
    expect(l).toBeCloseTo(359.944, 3);
    expect(b).toBeCloseTo(-0.046, 3);
  });

  it('stays within 0.03 arcsec of the matrix printed in the Hipparcos catalogue', () => {
    const { l, b } = galacticFromIcrs(0, 0);
    const tolerance = 0.03 / 3600 / DEGREES;
    expect(Math.abs(Math.cos(b / DEGREES) * Math.cos(l / DEGREES) - -0.0548755604)).toBeLessThan(tolerance);
    expect(Math.abs(Math.cos(b / DEGREES) * Math.sin(l / DEGREES) - 0.4941094279)).toBeLessThan(tolerance);
    expect(Math.abs(Math.sin(b / DEGREES) - -0.867666149)).toBeLessThan(tolerance);
  });

  it('keeps l in [0, 360) whatever the right ascension', () => {
    for (let ra = -360; ra <= 720; ra += 7) {
      for (let dec = -90; dec <= 90; dec += 9) {
        const { l, b } = galacticFromIcrs(ra, dec);
        expect(l >= 0 && l < 360 && b >= -90 && b <= 90, `${ra} ${dec}`).toBe(true);
      }
    }
  });
});

describe.skipIf(!hasSharedData)(`Galactic coordinates of a thousand positions${sharedNote}`, () => {
  it('agree to 0.001 arcsec', () => {
    const input = readDegrees(sharedPath('dust', 'input_coords.csv'));
    const expected = readDegrees(sharedPath('dust', 'icrs_to_gal.csv'));
    expect(input.length).toBeGreaterThan(500);
    expect(input.length).toBe(expected.length);
    const worst = Math.max(
      ...input.map(([ra, dec], row) => {
        const { l, b } = galacticFromIcrs(ra, dec);
        return separation([l, b], expected[row] ?? [Number.NaN, Number.NaN]);
      }),
    );
    expect(worst).toBeLessThan(0.001);
  });
});
