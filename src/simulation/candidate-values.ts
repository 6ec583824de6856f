import { createRandom, type Random } from '../pipeline/learning/random.ts';
import type { LeafValues } from './avro-writer.ts';
import { catalogueValues } from './catalogue-values.ts';
import { detectionRecord } from './detection-record.ts';
import { normal, uniform } from './draws.ts';
import { epochValues } from './epoch-values.ts';
import { exposureIds } from './exposure-ids.ts';
import type { Measurement } from './measurement.ts';
import type { SimulatedObject } from './simulated-object.ts';
import { BAD_SUBTRACTION } from './source-classes.ts';
import { EXPOSURE_STREAM } from './streams.ts';

/** The 103 fields of the current candidate, the last of `measurements`. */
export function candidateValues(object: SimulatedObject, measurements: readonly Measurement[]): LeafValues {
  const current = measurements.at(-1);
  if (current === undefined) throw new Error('a packet needs a measurement');
  const random = createRandom(current.visit.seed, EXPOSURE_STREAM.broker);
  const record = detectionRecord(object);
  const seen = measurements.filter(({ detection }) => detection !== null);
  const { field, rcid } = exposureIds(object, current.visit);
  const { jd, band } = current.visit;
  const isAsteroid = object.flaw === 'asteroid';
  return {
    ...epochValues(object, current),
    ...catalogueValues(object),
    ssdistnr: isAsteroid ? uniform(random, 0, 3) : -999,
    ssmagnr: isAsteroid ? uniform(random, 19, 21) : -999,
    ssnamenr: isAsteroid ? 'simulated asteroid' : 'null',
    ndethist: record.detections + seen.length,
    ncovhist: 400 + random.below(1500),
    jdstarthist: record.first ?? seen[0]?.visit.jd ?? jd,
    jdendhist: jd,
    tooflag: 0,
    rfid: BigInt(field) * 1_000_000n + BigInt(band * 100_000 + 100 + rcid),
    jdstartref: 2_458_150 + uniform(random, 0, 100),
    jdendref: 2_458_300 + uniform(random, 0, 300),
    nframesref: 15 + random.below(26),
    dsnrms: uniform(random, 5, 25),
    ssnrms: uniform(random, 10, 55),
    dsdiff: uniform(random, -30, 0),
    nmatches: 200 + random.below(1200),
    zpclrcov: -uniform(random, 1e-5, 3e-5),
    zpmed: normal(random, 26.2, 0.1),
    clrmed: normal(random, 0.65, 0.06),
    clrrms: uniform(random, 0.2, 0.35),
    exptime: 30,
    drb: score(random, object, current.snr),
    drbversion: 'simulated',
  };
}

/** Deep-learning score; that of some bogus detections lets them pass. */
const score = (random: Random, { flaw, sourceClass }: SimulatedObject, snr: number): number => {
  if (flaw === 'artefact') return uniform(random, 0.02, 0.5);
  if (sourceClass === BAD_SUBTRACTION) return uniform(random, 0.501, 0.95);
  return realScore(random.float(), snr);
};

/** Of what is real: near 1, down to 0.5 for some of the faint. */
const realScore = (u: number, snr: number): number =>
  Math.max(0.501, 1 - 10 ** (-0.4 - 4.5 * u * Math.min(1, 0.4 + snr / 20)));
