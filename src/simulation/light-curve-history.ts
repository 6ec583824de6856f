import type { Epoch } from '../pipeline/alert.ts';
import { createRandom } from '../pipeline/learning/random.ts';
import { normal } from './draws.ts';
import { type Band, type Counterpart, G } from './light-source.ts';
import { type Measurement, measure } from './measurement.ts';
import type { NightNumber } from './night-calendar.ts';
import type { SimulatedObject } from './simulated-object.ts';
import { EXPOSURE_STREAM } from './streams.ts';
import { visitsOf } from './visits.ts';

/** Days of history that a packet carries. */
const HISTORY_DAYS = 30;
/** Arcsec per pixel of the survey's camera. */
export const PIXEL = 1.01;

/** All measurements of an object in a night and the 30 before it, in order of time. */
export function measurementsUntil(object: SimulatedObject, night: NightNumber): Measurement[] {
  const measurements: Measurement[] = [];
  for (let at = night - HISTORY_DAYS; at <= night; at++) {
    for (const visit of visitsOf(object.seed, object.identity, object.cadence, at)) {
      measurements.push(measure(object.source, visit));
    }
  }
  return measurements;
}

/** The template's source nearest to an object: its own star or host where visible, or a neighbour. */
export function nearestSource({ source: { counterpart }, neighbour }: SimulatedObject): Counterpart {
  return counterpart !== null && counterpart.offset < neighbour.offset ? counterpart : neighbour;
}

/** Scatter, arcsec, of a detection's position. */
export const positionScatter = (snr: number): number => 0.05 + 0.8 / snr;

/** A measurement as a point of the packet's light curve. */
export function epochOf(object: SimulatedObject, { visit, snr, detection }: Measurement): Epoch {
  const base = { jd: visit.jd, fid: visit.band, diffmaglim: Math.fround(visit.diffmaglim) };
  if (detection === null) {
    return {
      ...base,
      magpsf: null,
      sigmapsf: null,
      isdiffpos: null,
      distnr: null,
      magnr: null,
      sigmagnr: null,
    };
  }
  const nearest = nearestSource(object);
  const random = createRandom(visit.seed, EXPOSURE_STREAM.astrometry);
  const scatter = positionScatter(snr);
  const distance = Math.hypot(nearest.offset + normal(random, 0, scatter), normal(random, 0, scatter));
  const magnr = magnitudeIn(nearest, visit.band);
  return {
    ...base,
    magpsf: detection.magpsf,
    sigmapsf: detection.sigmapsf,
    isdiffpos: detection.positive ? 't' : 'f',
    distnr: Math.fround(distance / PIXEL),
    magnr: Math.fround(magnr),
    sigmagnr: Math.fround(Math.hypot(0.035, 0.12 * 10 ** (0.3 * (magnr - 20.5)))),
  };
}

export const magnitudeIn = (counterpart: Pick<Counterpart, 'g' | 'r'>, band: Band): number =>
  band === G ? counterpart.g : counterpart.r;
