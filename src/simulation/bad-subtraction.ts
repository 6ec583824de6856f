import { createRandom, type Random } from '../pipeline/learning/random.ts';
import { chance, uniform } from './draws.ts';
import { fluxOf } from './flux.ts';
import { G, type LightSource, ownStar } from './light-source.ts';

/** Days since then, in units of 10 s, tell exposures apart. */
const EPOCH = 2_457_000;
const PER_DAY = 8640;

/** A star that the subtraction leaves a rest of, now brighter and now fainter, in about every second exposure. */
export function drawBadSubtraction(random: Random): LightSource {
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
}
