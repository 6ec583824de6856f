import type { Jd } from '../pipeline/alert.ts';
import { createRandom, type Random } from '../pipeline/learning/random.ts';
import { chance, normal, uniform } from './draws.ts';
import { type Band, G, R } from './light-source.ts';
import { jdOfNight, moonlight, type NightNumber } from './night-calendar.ts';
import type { SimulatedIdentity } from './object-id.ts';
import { STREAM } from './streams.ts';

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
  /** For what else is measured in the exposure (see streams.ts). */
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
export function visitsOf(
  seed: number,
  identity: SimulatedIdentity,
  cadence: Cadence,
  night: NightNumber,
): Visit[] {
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
}
