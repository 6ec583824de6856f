import type { Random } from '../pipeline/learning/seeded-random.ts';
import { chance, exponential, logUniform, normal, uniform } from './draws.ts';
import { type Band, dampedRandomWalk, fluxOf, G, type LightSource, ownStar } from './light-source.ts';

/**
 * A star whose magnitude is its mean plus `shape(jd, band)`. Its template is the star's mean in flux, off by
 * some percent, as templates made of a few tens of images are.
 */
function variableStar(
  random: Random,
  g: number,
  r: number,
  shape: (jd: number, band: Band) => number,
  templateOffset: { g: number; r: number },
): LightSource {
  const of = (band: Band) => (band === G ? g : r);
  const template = (band: Band, offset: number) =>
    fluxOf(of(band)) * 10 ** (-0.4 * offset) * (1 + normal(random, 0, 0.02));
  const templateG = template(G, templateOffset.g);
  const templateR = template(2, templateOffset.r);
  return {
    counterpart: ownStar(g + templateOffset.g, r + templateOffset.r),
    difference: (jd, band) => fluxOf(of(band) + shape(jd, band)) - (band === G ? templateG : templateR),
  };
}

const phaseOf = (jd: number, period: number, zero: number): number => {
  const cycles = jd / period + zero;
  return cycles - Math.floor(cycles);
};

/** Halo and thick-disc pulsators: sawtooth of 0.3 to 1.1 mag in g, less in r, periods of half a day. */
export const drawRrLyrae = (random: Random): LightSource => {
  const r = uniform(random, 17, 20.2);
  const g = r + uniform(random, 0.1, 0.5);
  const amplitude = uniform(random, 0.3, 1.1);
  const period = uniform(random, 0.3, 0.75);
  const zero = random.float();
  const rise = uniform(random, 0.12, 0.3);
  const sawtooth = (phase: number) => (phase < rise ? 0.5 - phase / rise : (phase - rise) / (1 - rise) - 0.5);
  const shape = (jd: number, band: Band) =>
    amplitude * (band === G ? 1 : 0.72) * sawtooth(phaseOf(jd, period, zero));
  return variableStar(random, g, r, shape, { g: 0, r: 0 });
};

/** Contact binaries (always changing) and detached ones (short dips). */
export const drawEclipsingBinary = (random: Random): LightSource => {
  const r = uniform(random, 16, 19.8);
  const g = r + uniform(random, 0.2, 1.2);
  const contact = chance(random, 0.65);
  const period = contact ? uniform(random, 0.23, 0.7) : logUniform(random, 0.6, 8);
  const primary = uniform(random, 0.25, 0.85);
  const secondary = primary * uniform(random, 0.3, 0.95);
  const width = contact ? 0.25 : uniform(random, 0.04, 0.1);
  const zero = random.float();
  const dip = (phase: number, centre: number, depth: number) => {
    const distance = Math.abs(((phase - centre + 1.5) % 1) - 0.5);
    return distance >= width ? 0 : depth * 0.5 * (1 + Math.cos((Math.PI * distance) / width));
  };
  // The mean of the dips, so that the star is brighter than its template when out of eclipse.
  const mean = width * (primary + secondary);
  const shape = (jd: number) => {
    const phase = phaseOf(jd, period, zero);
    return dip(phase, 0, primary) + dip(phase, 0.5, secondary) - mean;
  };
  return variableStar(random, g, r, shape, { g: 0, r: 0 });
};

/** Semiregular and Mira-like giants: red, months long, compared with a template of another phase. */
export const drawLongPeriodVariable = (random: Random): LightSource => {
  const r = uniform(random, 14.3, 17.4);
  const g = r + uniform(random, 0.9, 2.2);
  const period = logUniform(random, 40, 450);
  const amplitude = logUniform(random, 0.05, 1);
  const zero = random.float();
  const second = uniform(random, 0, 0.3);
  const zeroOfSecond = random.float();
  const wave = (jd: number) =>
    0.5 *
    (Math.sin(2 * Math.PI * phaseOf(jd, period, zero)) +
      second * Math.sin(2 * Math.PI * phaseOf(jd, period * 0.47, zeroOfSecond)));
  const shape = (jd: number, band: Band) => amplitude * (band === G ? 1.25 : 1) * wave(jd);
  const offset = normal(random, 0, 0.25) * amplitude;
  return variableStar(random, g, r, shape, { g: 1.25 * offset, r: offset });
};

/** Young stars: red, dimmed and lit from week to week by their discs. */
export const drawYoungStar = (random: Random, jd: number): LightSource => {
  const r = uniform(random, 16, 19.2);
  const g = r + uniform(random, 0.9, 1.9);
  const walk = dampedRandomWalk(random, logUniform(random, 2, 40), logUniform(random, 0.08, 0.4), jd);
  const shape = (at: number, band: Band) => (band === G ? 1.2 : 1) * walk(at);
  const offset = walk(jd - uniform(random, 1000, 3000));
  return variableStar(random, g, r, shape, { g: 1.2 * offset, r: offset });
};

/** Cataclysmic variables: blue outbursts of some days, by 1.5 to 5 mag, again and again. */
export const drawDwarfNova = (random: Random, jd: number): LightSource => {
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
};

/** Red dwarfs that flare for hours, in g more than in r, at most once or twice a month. */
export const drawStellarFlare = (random: Random, jd: number): LightSource => {
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
};

/** Reddened novae behind the disc's dust: a day's rise and a power-law decline of weeks. */
export const drawNova = (random: Random, jd: number): LightSource => {
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
};
