import type { Random } from '../pipeline/learning/random.ts';
import { chance, exponential, logUniform, uniform } from './draws.ts';
import { fluxOf } from './flux.ts';
import { G, type LightSource, ownStar } from './light-source.ts';

/** Cataclysmic variables: blue outbursts of some days, by 1.5 to 5 mag, again and again. */
export function drawDwarfNova(random: Random, jd: number): LightSource {
  const r = uniform(random, 19.5, 23.5);
  const g = r + uniform(random, -0.1, 0.5);
  const rise = uniform(random, 0.5, 2);
  const plateau = chance(random, 0.15) ? uniform(random, 6, 12) : uniform(random, 0.5, 3);
  const decline = logUniform(random, 0.2, 0.8);
  const peak = Math.min(r - 1, uniform(random, 16.2, 20));
  const recurrence = logUniform(random, 7, 50);
  const start = jd - uniform(random, 0, Math.min(recurrence, plateau + 2 / decline));
  const colour = uniform(random, -0.15, 0.25);
  const quiet = { g: fluxOf(g), r: fluxOf(r) };
  return {
    counterpart: r < 21.8 ? ownStar(g, r) : null,
    difference: (at, band) => {
      const since = (((at - start) % recurrence) + recurrence) % recurrence;
      const peakFlux = fluxOf(band === G ? peak + colour : peak);
      if (since < rise) return peakFlux * (since / rise);
      if (since < rise + plateau) return peakFlux * 10 ** (-0.04 * (since - rise));
      const faded = 0.1 * plateau + decline * (since - rise - plateau);
      return Math.max(peakFlux * 10 ** (-0.4 * faded) - 0.02 * quiet[band === G ? 'g' : 'r'], 0);
    },
  };
}

/** Red dwarfs that flare for hours, in g more than in r, at most once or twice a month. */
export function drawStellarFlare(random: Random, jd: number): LightSource {
  const r = uniform(random, 17.2, 21.2);
  const g = r + uniform(random, 1.1, 1.6);
  const peak = fluxOf(uniform(random, 16.8, 20.2));
  const decay = logUniform(random, 0.03, 0.25);
  const start = jd - exponential(random, decay);
  const other = start - uniform(random, 1, 60);
  const flare = (since: number) => (since < 0 ? 0 : Math.exp(-since / decay));
  return {
    counterpart: ownStar(g, r),
    difference: (at, band) => peak * (band === G ? 1 : 0.55) * (flare(at - start) + 0.8 * flare(at - other)),
  };
}

/** Reddened novae behind the disc's dust: a day's rise and a power-law decline of weeks. */
export function drawNova(random: Random, jd: number): LightSource {
  const reddening = uniform(random, 0.3, 1.2);
  const peak = uniform(random, 14.5, 18.5);
  const peakAt = jd - uniform(random, 0, 35);
  const scale = logUniform(random, 4, 25);
  return {
    counterpart: null,
    difference: (at, band) => {
      const since = at - peakAt;
      if (since < -2) return 0;
      const flux = fluxOf(peak + (band === G ? reddening : 0));
      return since < 0 ? flux * (1 + since / 2) : flux * (1 + since / scale) ** -1.4;
    },
  };
}
