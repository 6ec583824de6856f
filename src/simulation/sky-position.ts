import { galacticLatitude } from '../pipeline/enrich/galactic-coordinates.ts';
import type { Random } from '../pipeline/learning/random.ts';
import { chance, uniform } from './draws.ts';
import type { Counterpart } from './light-source.ts';
import { jdOfNight, midnightRightAscension, type NightNumber } from './night-calendar.ts';
import type { SkyProfile } from './source-classes.ts';

const SOUTHERN_LIMIT = -29;
/** The sky of a night: this far from the midnight meridian, degrees of right ascension. */
const HOUR_ANGLE_LIMIT = 105;

/** Where something is: ICRS and Galactic latitude, degrees. */
export interface SkyPosition {
  readonly ra: number;
  readonly dec: number;
  readonly b: number;
}

/** A place in the night's sky, as the class is spread over it. */
export function drawPosition(random: Random, sky: SkyProfile, night: NightNumber): SkyPosition {
  const midnight = midnightRightAscension(jdOfNight(night));
  const even = chance(random, sky.evenPart);
  for (;;) {
    const ra = (midnight + uniform(random, -HOUR_ANGLE_LIMIT, HOUR_ANGLE_LIMIT) + 360) % 360;
    const dec = (Math.asin(uniform(random, Math.sin((SOUTHERN_LIMIT * Math.PI) / 180), 1)) * 180) / Math.PI;
    const b = galacticLatitude(ra, dec);
    if (chance(random, visibility(sky, even, Math.abs(b)))) return { ra, dec, b };
  }
}

function visibility(sky: SkyProfile, even: boolean, b: number): number {
  if (sky.hiddenBelow !== null) return b < sky.hiddenBelow ? 0.12 : 1;
  return even || sky.planeScale === null ? 1 : Math.exp(-b / sky.planeScale);
}

/** Stars to about magnitude 21.5: 2 per square arcminute at the pole, some 40 in the plane. */
export const starsPerSquareArcsec = (b: number): number => (2 + 40 * Math.exp(-Math.abs(b) / 9)) / 3600;

export function drawNeighbour(random: Random, b: number): Counterpart {
  const r = uniform(random, 17.5, 21.7);
  return {
    kind: 'star',
    g: r + uniform(random, 0.3, 1.5),
    r,
    offset: Math.sqrt(-Math.log(1 - random.float()) / (Math.PI * starsPerSquareArcsec(b))),
    direction: uniform(random, 0, 2 * Math.PI),
  };
}
