import { createRandom, type Random } from '../pipeline/learning/seeded-random.ts';
import { chance, uniform } from './draws.ts';

/** ZTF's public filters: 1 g, 2 r. */
export type Band = 1 | 2;
export const G: Band = 1;
export const R: Band = 2;

/** What the template image shows at or near the source's place. */
export interface Counterpart {
  readonly kind: 'star' | 'galaxy';
  /** Magnitudes in g and r. */
  readonly g: number;
  readonly r: number;
  /** Distance from the source, arcsec, and direction, radians; 0 for the source's own star or nucleus. */
  readonly offset: number;
  readonly direction: number;
}

/** Something that changes, apart from where it is and when it is looked at. */
export interface LightSource {
  /** Its own star, its host galaxy; null where the template shows nothing of it. */
  readonly counterpart: Counterpart | null;
  /** Flux (`fluxOf`) in the difference image, negative where it is fainter than in the template. */
  readonly difference: (jd: number, band: Band) => number;
}

/** A source's own star in the template. */
export const ownStar = (g: number, r: number): Counterpart => ({
  kind: 'star',
  g,
  r,
  offset: 0,
  direction: 0,
});

/** Fluxes here are in units in which magnitude 25 is 1. */
const ZERO_POINT = 25;

export const fluxOf = (magnitude: number): number => 10 ** (-0.4 * (magnitude - ZERO_POINT));

/** Magnitude of a positive flux. */
export const magnitudeOf = (flux: number): number => ZERO_POINT - 2.5 * Math.log10(flux);

const WAVES = 24;

/**
 * A damped random walk (Kelly et al. 2009, ApJ 698, 895) with time scale `tau`, days, and asymptotic
 * standard deviation `scatter`, as a function that can be asked for any Julian date: a sum of waves whose
 * frequencies follow the walk's power spectrum 1 / (1 + (omega tau)^2), which is a Cauchy distribution.
 */
export const dampedRandomWalk = (
  random: Random,
  tau: number,
  scatter: number,
  zero: number,
): ((jd: number) => number) => {
  const waves = Array.from({ length: WAVES }, () => ({
    // Not the last percent of the distribution's endless tail: it is noise from one exposure to the next.
    omega: Math.tan((Math.PI / 2) * Math.min(random.float(), 0.99)) / tau,
    phase: uniform(random, 0, 2 * Math.PI),
  }));
  const amplitude = scatter * Math.sqrt(2 / WAVES);
  return (jd) => {
    let sum = 0;
    for (const { omega, phase } of waves) sum += Math.cos(omega * (jd - zero) + phase);
    return amplitude * sum;
  };
};

/** Half the time, days, that an asteroid of the main belt stays within a few arcseconds. */
const STAY = 0.05;

/** A small body of the Solar System: sunlight (g - r = 0.5), at this place for an hour or two. */
export const drawAsteroid = (random: Random, jd: number): LightSource => {
  const r = uniform(random, 19, 20.5);
  const flux = { g: fluxOf(r + 0.5), r: fluxOf(r) };
  return {
    counterpart: null,
    difference: (at, band) => (Math.abs(at - jd) > STAY ? 0 : band === G ? flux.g : flux.r),
  };
};

/** Days since then, in units of 10 s, tell exposures apart. */
const EPOCH = 2_457_000;
const PER_DAY = 8640;

/** A star that the subtraction leaves a rest of, now brighter and now fainter, in about every second exposure. */
export const drawBadSubtraction = (random: Random): LightSource => {
  const r = uniform(random, 15.5, 18.5);
  const faintest = uniform(random, 20.2, 21);
  const key = random.below(0x1_0000_0000);
  return {
    counterpart: ownStar(r + uniform(random, 0.4, 1.2), r),
    difference: (at, band) => {
      const exposure = createRandom(key, Math.floor((at - EPOCH) * PER_DAY), band === G ? 1 : 2);
      if (chance(exposure, 0.5)) return 0;
      const rest = fluxOf(uniform(exposure, 19.6, faintest));
      return chance(exposure, 0.65) ? rest : -rest;
    },
  };
};
