const RADIANS = Math.PI / 180;
const MILLIARCSEC = RADIANS / 3_600_000;

/** A direction in Galactic coordinates, degrees: longitude l in [0, 360), latitude b in [-90, 90]. */
export interface Galactic {
  readonly l: number;
  readonly b: number;
}

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

const dot = (p: Vector, q: Vector): number => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];

const apply = (m: Matrix, v: Vector): Vector => [dot(m[0], v), dot(m[1], v), dot(m[2], v)];

const multiply = (m: Matrix, n: Matrix): Matrix => {
  const columns: Matrix = [
    [n[0][0], n[1][0], n[2][0]],
    [n[0][1], n[1][1], n[2][1]],
    [n[0][2], n[1][2], n[2][2]],
  ];
  return [apply(columns, m[0]), apply(columns, m[1]), apply(columns, m[2])];
};

/** Rotations of the frame (not of the vector) by an angle in radians. */
const aboutX = (angle: number): Matrix => {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  return [
    [1, 0, 0],
    [0, c, s],
    [0, -s, c],
  ];
};
const aboutY = (angle: number): Matrix => {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  return [
    [c, 0, -s],
    [0, 1, 0],
    [s, 0, c],
  ];
};
const aboutZ = (angle: number): Matrix => {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  return [
    [c, s, 0],
    [-s, c, 0],
    [0, 0, 1],
  ];
};

/**
 * ICRS to Galactic as astropy (and so Fink) has it: ICRS to FK5 J2000, then the Galactic system of the
 * IAU (1958, defined in B1950) brought to FK5 J2000.
 *
 * - ICRS to FK5: eta0 = -19.9, xi0 = 9.1, da0 = -22.9 mas (USNO Circular 179, section 3.5).
 * - North Galactic pole at FK5 (192.8594812065348, 27.12825118085622) and the north celestial pole at
 *   l = 122.9319185680026, degrees (Reid and Brunthaler 2004, ApJ 616, 872, appendix, with all digits).
 *
 * The matrix printed in the Hipparcos catalogue (ESA SP-1200, vol. 1, eq. 1.5.11) instead defines the
 * Galactic system in the ICRS itself; the two differ by a rotation of 0.025 arcsec.
 */
const ICRS_TO_GALACTIC: Matrix = (() => {
  const icrsToFk5 = multiply(
    aboutX(19.9 * MILLIARCSEC),
    multiply(aboutY(9.1 * MILLIARCSEC), aboutZ(-22.9 * MILLIARCSEC)),
  );
  const fk5ToGalactic = multiply(
    aboutZ((180 - 122.9319185680026) * RADIANS),
    multiply(aboutY((90 - 27.12825118085622) * RADIANS), aboutZ(192.8594812065348 * RADIANS)),
  );
  return multiply(fk5ToGalactic, icrsToFk5);
})();

/**
 * Galactic coordinates of an ICRS position, all in degrees, the same as astropy's to far better than
 * 0.001 arcsec. At a Galactic pole, where l is undefined, it is some number in [0, 360).
 */
export const galacticFromIcrs = (ra: number, dec: number): Galactic => {
  const cosDec = Math.cos(dec * RADIANS);
  const [x, y, z] = apply(ICRS_TO_GALACTIC, [
    cosDec * Math.cos(ra * RADIANS),
    cosDec * Math.sin(ra * RADIANS),
    Math.sin(dec * RADIANS),
  ]);
  const longitude = Math.atan2(y, x) / RADIANS;
  const turned = longitude < 0 ? longitude + 360 : longitude;
  // A negative longitude may be so small that adding 360 rounds to 360 itself. For b, atan2 and not asin:
  // near the poles asin loses half of the digits.
  return { l: turned < 360 ? turned : 0, b: Math.atan2(z, Math.hypot(x, y)) / RADIANS };
};

/** Galactic latitude of an ICRS position, degrees. */
export const galacticLatitude = (ra: number, dec: number): number => galacticFromIcrs(ra, dec).b;
