import type { Jd } from '../pipeline/alert.ts';
import { galacticLatitude } from '../pipeline/enrich/galactic-coordinates.ts';
import { createRandom, type Random } from '../pipeline/learning/seeded-random.ts';
import { chance, normal, STREAM, uniform } from './draws.ts';
import { type Band, type Counterpart, G, R } from './light-source.ts';
import { jdOfNight, type NightNumber, type SimulatedIdentity } from './simulated-identity.ts';

const SYNODIC_MONTH = 29.530588853;
/** A new moon: 2000-01-06 18:14 UT. */
const NEW_MOON_JD = 2_451_550.26;

/** Illuminated part of the Moon's disc, 0 to 1, good to some percent. */
export const moonlight = (jd: Jd): number =>
  (1 - Math.cos((2 * Math.PI * (jd - NEW_MOON_JD)) / SYNODIC_MONTH)) / 2;

/** Right ascension opposite the Sun, degrees, good to four degrees: what culminates at midnight. */
export const midnightRightAscension = (jd: Jd): number => {
  // The mean Sun passes RA 0 at the March equinox, JD 2460389.6 in 2024, and 360 degrees in a tropical year.
  const sun = ((jd - 2_460_389.6) / 365.2422) * 360;
  return (((sun + 180) % 360) + 360) % 360;
};

const SOUTHERN_LIMIT = -29;
/** The sky of a night: this far from the midnight meridian, degrees of right ascension. */
const HOUR_ANGLE_LIMIT = 105;

/** Whether the night's sky has this right ascension, degrees, high enough to be looked at. */
export const isInNightSky = (ra: number, night: NightNumber): boolean => {
  const away = Math.abs(ra - midnightRightAscension(jdOfNight(night))) % 360;
  return Math.min(away, 360 - away) <= HOUR_ANGLE_LIMIT;
};

/** Where something is: ICRS and Galactic latitude, degrees. */
export interface SkyPosition {
  readonly ra: number;
  readonly dec: number;
  readonly b: number;
}

/** How a class is spread over the sky. */
export interface SkyProfile {
  /** Scale in |b|, degrees, of an exponential concentration to the Galactic plane; null: none. */
  readonly planeScale: number | null;
  /** Part of the class that is spread evenly nevertheless (halo stars, nearby stars). */
  readonly evenPart: number;
  /** Below this |b|, degrees, dust hides most of the class; null: it does not. */
  readonly hiddenBelow: number | null;
}

/** A place in the night's sky, as the class is spread over it. */
export const drawPosition = (random: Random, sky: SkyProfile, night: NightNumber): SkyPosition => {
  const midnight = midnightRightAscension(jdOfNight(night));
  const even = chance(random, sky.evenPart);
  for (;;) {
    const ra = (midnight + uniform(random, -HOUR_ANGLE_LIMIT, HOUR_ANGLE_LIMIT) + 360) % 360;
    const dec = (Math.asin(uniform(random, Math.sin((SOUTHERN_LIMIT * Math.PI) / 180), 1)) * 180) / Math.PI;
    const b = galacticLatitude(ra, dec);
    if (chance(random, visibility(sky, even, Math.abs(b)))) return { ra, dec, b };
  }
};

function visibility(sky: SkyProfile, even: boolean, b: number): number {
  if (sky.hiddenBelow !== null) return b < sky.hiddenBelow ? 0.12 : 1;
  return even || sky.planeScale === null ? 1 : Math.exp(-b / sky.planeScale);
}

/** Stars to about magnitude 21.5: 2 per square arcminute at the pole, some 40 in the plane. */
export const starsPerSquareArcsec = (b: number): number => (2 + 40 * Math.exp(-Math.abs(b) / 9)) / 3600;

export const drawNeighbour = (random: Random, b: number): Counterpart => {
  const r = uniform(random, 17.5, 21.7);
  return {
    kind: 'star',
    g: r + uniform(random, 0.3, 1.5),
    r,
    offset: Math.sqrt(-Math.log(1 - random.float()) / (Math.PI * starsPerSquareArcsec(b))),
    direction: uniform(random, 0, 2 * Math.PI),
  };
};

/** One exposure of an object's field. */
export interface Visit {
  readonly jd: Jd;
  readonly band: Band;
  /** 5-sigma limit of the difference image, mag. */
  readonly diffmaglim: number;
  /** The measurement's error in units of its sigma, and the error of the calibration as a factor. */
  readonly noise: number;
  readonly calibration: number;
  /** Seeing, arcsec (full width at half maximum). */
  readonly seeing: number;
  /** For what else is measured in the exposure (`EXPOSURE_STREAM`). */
  readonly seed: number;
}

/** How often a field is looked at. */
export interface Cadence {
  /** Every so many nights, from this one on. */
  readonly nights: 1 | 2 | 3;
  readonly offset: number;
  /** Probability that a night has both bands and not one. */
  readonly both: number;
}

export const drawCadence = (random: Random): Cadence => ({
  nights: chance(random, 0.45) ? 1 : chance(random, 0.7) ? 2 : 3,
  offset: random.below(6),
  both: uniform(random, 0.3, 0.8),
});

/** Clouds: the dome stays shut one night in six. */
const isShut = (seed: number, night: NightNumber): boolean =>
  chance(createRandom(seed, STREAM.weather, night), 0.16);

/**
 * An object's exposures in a night, in order of time; the same ones whenever they are asked for. There is
 * always one in the object's own night.
 */
export const visitsOf = (
  seed: number,
  identity: SimulatedIdentity,
  cadence: Cadence,
  night: NightNumber,
): Visit[] => {
  const isOwn = night === identity.night;
  const isTurn = (night + cadence.offset) % cadence.nights === 0;
  if (!isOwn && (!isTurn || isShut(seed, night))) return [];
  const random = createRandom(seed, STREAM.exposures, identity.night, identity.index, night);
  if (!isOwn && chance(random, 0.08)) return [];
  const first: Band = chance(random, 0.5) ? G : R;
  const bands: Band[] = chance(random, cadence.both) ? [first, first === G ? R : G] : [first];
  const transparency = normal(random, 0, 0.22);
  let jd = jdOfNight(night) + uniform(random, 0.12, 0.44);
  return bands.map((band) => {
    const seeing = Math.max(1.4, normal(random, band === G ? 2.2 : 2, 0.25));
    const moon = moonlight(jd) * (band === G ? 0.7 : 0.45);
    const limit = (band === G ? 20.75 : 20.7) - moon + transparency + normal(random, 0, 0.12);
    const visit: Visit = {
      // The stream gives seven decimals (0.01 s).
      jd: Math.round(jd * 1e7) / 1e7,
      band,
      // In its own night an object alerts, and fainter than the filter's 19.5.
      diffmaglim: Math.min(Math.max(limit, isOwn ? 20.2 : 19.4), 21.1),
      noise: normal(random),
      calibration: 1 + normal(random, 0, 0.025),
      seeing,
      seed: random.below(0x1_0000_0000),
    };
    jd += uniform(random, 0.02, 0.09);
    return visit;
  });
};
