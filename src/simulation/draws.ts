import type { Random } from '../pipeline/learning/seeded-random.ts';

/** Uniform in [from, to). */
export const uniform = (random: Random, from: number, to: number): number =>
  from + (to - from) * random.float();

/** Normal deviate (Box and Muller 1958). */
export const normal = (random: Random, mean = 0, sigma = 1): number =>
  mean + sigma * Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());

/** A stream of standard normal deviates, for images: both of each pair that Box and Muller's formula gives. */
export const normalDeviates = (random: Random): (() => number) => {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const deviate = spare;
      spare = null;
      return deviate;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random.float()));
    const angle = 2 * Math.PI * random.float();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
};

/** Log-uniform in [from, to), both positive. */
export const logUniform = (random: Random, from: number, to: number): number =>
  Math.exp(uniform(random, Math.log(from), Math.log(to)));

/** Exponential with the mean given. */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random.float());

/** True with the probability given. */
export const chance = (random: Random, probability: number): boolean => random.float() < probability;

/**
 * Numbers of the random streams drawn from one seed (`createRandom(seed, stream, ...)`): each use has its
 * own, so that none shifts when another draws more.
 */
export const STREAM = { weather: 1, exposures: 2, kind: 3, body: 4, field: 5, packet: 6, again: 7 } as const;

/** Streams of an exposure's own seed (`Visit.seed`). */
export const EXPOSURE_STREAM = { astrometry: 1, photometry: 2, pixels: 3, broker: 4 } as const;
