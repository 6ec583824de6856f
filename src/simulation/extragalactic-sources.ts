import type { Random } from '../pipeline/learning/seeded-random.ts';
import { chance, exponential, logUniform, normal, uniform } from './draws.ts';
import {
  type Band,
  type Counterpart,
  dampedRandomWalk,
  fluxOf,
  G,
  type LightSource,
} from './light-source.ts';

/** A host galaxy some arcseconds away; a quarter are too faint for the template. */
function hostGalaxy(random: Random, visible = 0.75): Counterpart | null {
  if (!chance(random, visible)) return null;
  const r = uniform(random, 17.3, 21.3);
  return {
    kind: 'galaxy',
    g: r + uniform(random, 0.4, 1.1),
    r,
    offset: exponential(random, 1.6),
    direction: uniform(random, 0, 2 * Math.PI),
  };
}

/** A galaxy with the source in its nucleus. */
function nucleus(random: Random, brightest: number, faintest: number): Counterpart {
  const r = uniform(random, brightest, faintest);
  return {
    kind: 'galaxy',
    g: r + uniform(random, 0.2, 0.9),
    r,
    offset: Math.abs(normal(random, 0, 0.12)),
    direction: uniform(random, 0, 2 * Math.PI),
  };
}

/**
 * Thermonuclear supernovae: rise as t^2 for 17 days, then 0.06 mag/day in g and 0.04 in r with a shoulder,
 * slowing down to 0.015 mag/day after a month.
 */
export const drawSnIa = (random: Random, jd: number): LightSource => {
  const peakR = uniform(random, 17.6, 20.1);
  const colour = normal(random, 0.02, 0.12);
  const stretch = uniform(random, 0.8, 1.2);
  const peakAt = jd - uniform(random, -8, 45);
  const magnitude = (since: number, band: Band): number => {
    const t = since / stretch;
    if (t < -17) return Number.POSITIVE_INFINITY;
    if (t < 0) return -5 * Math.log10(1 + t / 18);
    const steep = band === G ? 0.075 : 0.045;
    const early = steep * Math.min(t, 30) - (band === G ? 0 : 0.25 * Math.exp(-(((t - 25) / 8) ** 2)));
    return early * (1 - 0.6 * Math.exp(-t / 8)) + 0.016 * Math.max(t - 30, 0);
  };
  return {
    counterpart: hostGalaxy(random),
    difference: (at, band) => fluxOf(peakR + (band === G ? colour : 0) + magnitude(at - peakAt, band)),
  };
};

/** Core-collapse supernovae: up in a few days, a plateau of months in r while g declines. */
export const drawSnIi = (random: Random, jd: number): LightSource => {
  const peakR = uniform(random, 18, 20.5);
  const colour = normal(random, 0.05, 0.15);
  const start = jd - uniform(random, 5, 90);
  const rise = uniform(random, 3, 9);
  const plateau = uniform(random, 60, 110);
  const slope = { g: uniform(random, 0.012, 0.035), r: uniform(random, -0.002, 0.012) };
  return {
    counterpart: hostGalaxy(random, 0.85),
    difference: (at, band) => {
      const since = at - start;
      if (since < 0) return 0;
      const peak = fluxOf(peakR + (band === G ? colour : 0));
      const faded = (band === G ? slope.g : slope.r) * Math.max(since - rise, 0);
      const dropped = since > plateau ? Math.min((since - plateau) * 0.12, 2) : 0;
      return peak * (1 - Math.exp(-since / (rise / 2.5))) * 10 ** (-0.4 * (faded + dropped));
    },
  };
};

/**
 * Active nuclei: a damped random walk in magnitude with tau of 50 to 400 days and a scatter of 0.08 to
 * 0.35 mag, a little more in g. The template shows the nucleus at another time.
 */
export const drawAgn = (random: Random, jd: number): LightSource => {
  const counterpart = nucleus(random, 17.2, 20.3);
  const walk = dampedRandomWalk(random, logUniform(random, 50, 400), logUniform(random, 0.08, 0.35), jd);
  const nuclearPart = uniform(random, 0.4, 1);
  const reference = walk(jd - uniform(random, 1000, 3000));
  const nuclear = { g: nuclearPart * fluxOf(counterpart.g), r: nuclearPart * 0.9 * fluxOf(counterpart.r) };
  return {
    counterpart,
    difference: (at, band) => {
      const change = (walk(at) - reference) * (band === G ? 1 : 0.85);
      return (band === G ? nuclear.g : nuclear.r) * (10 ** (-0.4 * change) - 1);
    },
  };
};

/** Tidal disruptions: blue, nuclear, up in a month, down as t^(-5/3). */
export const drawTde = (random: Random, jd: number): LightSource => {
  const peakG = uniform(random, 17.8, 20.2);
  const colour = uniform(random, -0.35, -0.05);
  const peakAt = jd - uniform(random, -20, 90);
  const rise = uniform(random, 10, 25);
  const fade = uniform(random, 25, 70);
  return {
    counterpart: nucleus(random, 17.2, 20.3),
    difference: (at, band) => {
      const since = at - peakAt;
      const peak = fluxOf(band === G ? peakG : peakG - colour);
      return since < 0 ? peak * Math.exp(-((since / rise) ** 2) / 2) : peak * (1 + since / fade) ** (-5 / 3);
    },
  };
};
