import type { Random } from '../pipeline/learning/random.ts';
import { uniform } from './draws.ts';

const WAVES = 24;

/**
 * A damped random walk (Kelly et al. 2009, ApJ 698, 895) with time scale `tau`, days, and asymptotic
 * standard deviation `scatter`, as a function that can be asked for any Julian date: a sum of waves whose
 * frequencies follow the walk's power spectrum 1 / (1 + (omega tau)^2), which is a Cauchy distribution.
 */
export function dampedRandomWalk(
  random: Random,
  tau: number,
  scatter: number,
  zero: number,
): (jd: number) => number {
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
}
