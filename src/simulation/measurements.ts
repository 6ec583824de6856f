import type { Epoch } from '../pipeline/alert.ts';
import { createRandom } from '../pipeline/learning/seeded-random.ts';
import { EXPOSURE_STREAM, normal, STREAM } from './draws.ts';
import { type Band, type Counterpart, fluxOf, G, type LightSource, magnitudeOf, R } from './light-source.ts';
import { jdOfNight, type NightNumber } from './simulated-identity.ts';
import type { SimulatedObject } from './source-classes.ts';
import { type Visit, visitsOf } from './visits.ts';

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
export const measure = (source: LightSource, visit: Visit): Measurement => {
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
};

/** Days of history that a packet carries. */
const HISTORY_DAYS = 30;
/** Arcsec per pixel of the survey's camera. */
export const PIXEL = 1.01;

/** All measurements of an object in a night and the 30 before it, in order of time. */
export const measurementsUntil = (object: SimulatedObject, night: NightNumber): Measurement[] => {
  const measurements: Measurement[] = [];
  for (let at = night - HISTORY_DAYS; at <= night; at++) {
    for (const visit of visitsOf(object.seed, object.identity, object.cadence, at)) {
      measurements.push(measure(object.source, visit));
    }
  }
  return measurements;
};

/** The template's source nearest to an object: its own star or host where visible, or a neighbour. */
export const nearestSource = ({ source: { counterpart }, neighbour }: SimulatedObject): Counterpart => {
  return counterpart !== null && counterpart.offset < neighbour.offset ? counterpart : neighbour;
};

/** Scatter, arcsec, of a detection's position. */
export const positionScatter = (snr: number): number => 0.05 + 0.8 / snr;

/** A measurement as a point of the packet's light curve. */
export const epochOf = (object: SimulatedObject, { visit, snr, detection }: Measurement): Epoch => {
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
};

export const magnitudeIn = (counterpart: Pick<Counterpart, 'g' | 'r'>, band: Band): number =>
  band === G ? counterpart.g : counterpart.r;

/** What the survey had seen at a place before the 30 days of a packet's history. */
export interface DetectionRecord {
  /** Number of earlier detections. */
  readonly detections: number;
  /** Julian date of the first; null where there was none. */
  readonly first: number | null;
}

/** Simulated visits and the days between them: six years. The survey took some 12 times as many exposures. */
const SAMPLES = 60;
const STEP = 37.3;
const EXPOSURES_PER_SAMPLE = 12;

/** Samples the object's own light in the years before: a variable has a record, a new source has none. */
export const detectionRecord = (object: SimulatedObject): DetectionRecord => {
  const { night, index } = object.identity;
  const random = createRandom(object.seed, STREAM.packet, night, index);
  let detections = 0;
  let first: number | null = null;
  for (let i = 1; i <= SAMPLES; i++) {
    const jd = jdOfNight(night) - 31 - i * STEP + random.float();
    const band: Band = i % 2 === 0 ? G : R;
    const { detection } = measure(object.source, {
      jd,
      band,
      diffmaglim: 20.4,
      noise: normal(random),
      calibration: 1,
      seeing: 2,
      seed: 0,
    });
    if (detection === null) continue;
    detections += 1 + random.below(2 * EXPOSURES_PER_SAMPLE - 1);
    first = Math.round(jd * 1e7) / 1e7;
  }
  return { detections, first };
};
