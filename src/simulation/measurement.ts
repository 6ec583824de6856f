import { fluxOf, magnitudeOf } from './flux.ts';
import type { LightSource } from './light-source.ts';
import type { Visit } from './visits.ts';

/** What the difference image of one exposure says of a source. */
export interface Measurement {
  readonly visit: Visit;
  /** Signal to noise; an alert needs 5. */
  readonly snr: number;
  /** Null below 5 sigma, where the exposure only gives an upper limit. */
  readonly detection: {
    readonly magpsf: number;
    readonly sigmapsf: number;
    readonly positive: boolean;
  } | null;
}

const THRESHOLD = 5;
/** Error that remains for bright sources, mag. */
const CALIBRATION_SIGMA = 0.025;

/** Measures a source in an exposure: its flux, the exposure's noise, a detection at 5 sigma. */
export function measure(source: LightSource, visit: Visit): Measurement {
  const sigma = fluxOf(visit.diffmaglim) / THRESHOLD;
  const flux = source.difference(visit.jd, visit.band) * visit.calibration + sigma * visit.noise;
  const snr = Math.abs(flux) / sigma;
  if (!(snr >= THRESHOLD)) return { visit, snr, detection: null };
  return {
    visit,
    snr,
    detection: {
      magpsf: Math.fround(magnitudeOf(Math.abs(flux))),
      sigmapsf: Math.fround(Math.hypot(1.0857 / snr, CALIBRATION_SIGMA)),
      positive: flux > 0,
    },
  };
}
