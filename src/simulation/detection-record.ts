import { createRandom } from '../pipeline/learning/random.ts';
import { normal } from './draws.ts';
import { type Band, G, R } from './light-source.ts';
import { measure } from './measurement.ts';
import { jdOfNight } from './night-calendar.ts';
import type { SimulatedObject } from './simulated-object.ts';
import { STREAM } from './streams.ts';

/** What the survey had seen at a place before the 30 days of a packet's history. */
export interface DetectionRecord {
  /** Number of earlier detections. */
  readonly detections: number;
  /** Julian date of the first; null where there was none. */
  readonly first: number | null;
}

/** Nights looked at, so many days apart: six years, of which the survey took some 12 times as many exposures. */
const SAMPLES = 60;
const STEP = 37.3;
const EXPOSURES_PER_SAMPLE = 12;

/** Samples the object's own light in the years before: a variable has a record, a new source has none. */
export function detectionRecord(object: SimulatedObject): DetectionRecord {
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
}
