import type { Random } from '../pipeline/learning/random.ts';
import { uniform } from './draws.ts';
import { fluxOf } from './flux.ts';
import { G, type LightSource } from './light-source.ts';

/** Half the time, days, that an asteroid of the main belt stays within a few arcseconds. */
const STAY = 0.05;

/** A small body of the Solar System: sunlight (g - r = 0.5), at this place for an hour or two. */
export function drawAsteroid(random: Random, jd: number): LightSource {
  const r = uniform(random, 19, 20.5);
  const flux = { g: fluxOf(r + 0.5), r: fluxOf(r) };
  return {
    counterpart: null,
    difference: (at, band) => (Math.abs(at - jd) > STAY ? 0 : band === G ? flux.g : flux.r),
  };
}
