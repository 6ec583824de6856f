import type { Epoch } from '../pipeline/alert.ts';
import { type BandLightCurve, lightCurve } from '../pipeline/features/light-curve.ts';
import { lightCurveFeatures } from '../pipeline/features/light-curve-features.ts';
import { createRandom } from '../pipeline/learning/seeded-random.ts';
import { EXPOSURE_STREAM, uniform } from './draws.ts';
import { epochOf, type Measurement } from './measurements.ts';
import * as schema from './packet-encoding.ts';
import { type AvroWriter, BAND_FEATURES, createAvroWriter, type LeafValues } from './packet-encoding.ts';
import { candidateValues, epochValues, exposureIds } from './packet-values.ts';
import { dateOfJd } from './simulated-identity.ts';
import { simulatedStamps } from './simulated-stamps.ts';
import type { SimulatedObject } from './source-classes.ts';

/**
 * One alert as Kafka delivers it, without its key: Avro binary of the schema of packet-encoding.ts.
 *
 * @param measurements the object's, up to and with the one that makes the alert, in order of time
 */
export const simulatedPacket = (object: SimulatedObject, measurements: readonly Measurement[]): Buffer => {
  const current = measurements.at(-1);
  if (current === undefined) throw new Error('a packet needs a measurement');
  const history = measurements.slice(0, -1);
  const { candid, pid } = exposureIds(object, current.visit);
  const epochs = [current, ...history].map((measurement) => epochOf(object, measurement));
  const features = bandFeatureValues(epochs);
  const fink = finkValues(object, measurements, current);

  const writer = createAvroWriter();
  writer.record(schema.HEAD, {
    schemavsn: '4.02',
    publisher: 'simulated',
    objectId: object.objectId,
    candid,
  });
  writer.record(schema.CANDIDATE, candidateValues(object, measurements));
  writeHistory(
    writer,
    history.map((measurement) => epochValues(object, measurement)),
  );
  const stamps = simulatedStamps(object, current);
  const name = `simulated_candid${candid}_pid${pid}`;
  writeCutout(writer, `${name}_targ_sci.fits.gz`, stamps.science);
  writeCutout(writer, `${name}_ref.fits.gz`, stamps.template);
  writeCutout(writer, `${name}_targ_scimref.fits.gz`, stamps.difference);
  writer.record(schema.FINK, fink);
  writeMap(writer, ['HyperLEDA_name', '2MASS_name', 'lum_dist', 'ang_dist'], () => writer.leaf('s', 'None'));
  writer.record(schema.FINK_SCORES, fink);
  writer.record(schema.BAND_FEATURES, features.g);
  writer.record(schema.BAND_FEATURES, features.r);
  writer.record(schema.FINK_RATES, fink);
  writeMap(writer, ['m0', 'm1', 'm2'], () => writer.leaf('f', -1));
  writer.record(schema.TAIL, fink);
  return writer.finish();
};

/** Branch of a union of a type and null that is the type. */
const PRESENT = 0;

function writeHistory(writer: AvroWriter, epochs: readonly LeafValues[]): void {
  writer.long(PRESENT);
  if (epochs.length > 0) {
    writer.long(epochs.length);
    for (const values of epochs) {
      writer.long(PRESENT);
      writer.record(schema.PRV_CANDIDATE, values);
    }
  }
  writer.long(0);
}

function writeCutout(writer: AvroWriter, fileName: string, stamp: Uint8Array): void {
  writer.leaf('s', fileName);
  writer.long(PRESENT);
  writer.bytes(stamp);
}

function writeMap(writer: AvroWriter, keys: readonly string[], writeValue: () => void): void {
  writer.long(PRESENT);
  writer.long(keys.length);
  for (const key of keys) {
    writer.bytes(Buffer.from(key));
    writeValue();
  }
  writer.long(0);
}

/** SIMBAD types that say nothing of the class, and an answer that failed. */
const CATALOGUED = ['Radio', 'X', 'IR', 'UV', 'Fail 503'] as const;

/** What Fink adds. Its classifiers' scores are drawn blindly: they tell nothing about the simulated class. */
function finkValues(
  object: SimulatedObject,
  measurements: readonly Measurement[],
  current: Measurement,
): LeafValues {
  const random = createRandom(current.visit.seed, EXPOSURE_STREAM.broker, 1);
  const { jd, band } = current.visit;
  const seen = measurements.filter(({ detection }) => detection !== null);
  const before = seen.filter(({ visit }) => visit.band === band).at(-2);
  const days = before === undefined ? Number.NaN : jd - before.visit.jd;
  const [now, then] = [current.detection, before?.detection ?? null];
  const rate = now === null || then === null ? Number.NaN : (now.magpsf - then.magpsf) / days;
  const rateSigma =
    now === null || then === null ? Number.NaN : Math.hypot(now.sigmapsf, then.sigmapsf) / days;
  const anomaly = uniform(random, -0.2, 0.05);
  return {
    brokerIngestTimestamp: timestamp(jd, 12),
    brokerStartProcessTimestamp: timestamp(jd, 13),
    brokerEndProcessTimestamp: timestamp(jd, 14),
    fink_broker_version: 'simulated',
    fink_science_version: 'simulated',
    cdsxmatch:
      object.flaw === 'catalogued' ? (CATALOGUED[random.below(CATALOGUED.length)] ?? 'Radio') : 'Unknown',
    tns: '',
    DR3Name: 'nan',
    Plx: Number.NaN,
    e_Plx: Number.NaN,
    vsx: 'nan',
    spicy_id: -1,
    spicy_class: 'Unknown',
    gcvs: 'Unknown',
    x3hsp: 'Unknown',
    x4lac: 'Unknown',
    roid: object.flaw === 'asteroid' ? 3 : 0,
    rf_snia_vs_nonia: 0,
    snn_snia_vs_nonia: random.float(),
    snn_sn_vs_all: random.float(),
    mulens: 0,
    nalerthist: seen.length,
    rf_kn_vs_nonkn: 0,
    anomaly_score: anomaly,
    anomaly_score_beta: anomaly,
    anomaly_score_anais: anomaly,
    anomaly_score_emille: anomaly,
    anomaly_score_julien: anomaly,
    anomaly_score_maria: anomaly,
    jd_first_real_det: seen[0]?.visit.jd ?? jd,
    jdstarthist_dt: jd - (seen[0]?.visit.jd ?? jd),
    mag_rate: rate,
    sigma_rate: rateSigma,
    lower_rate: rate - 1.645 * rateSigma,
    upper_rate: rate + 1.645 * rateSigma,
    delta_time: days,
    from_upper: false,
  };
}

/** Fink's spelling of a time, `minutes` after the exposure: `2025-05-22 04:28:41.965000`. */
const timestamp = (jd: number, minutes: number): string =>
  dateOfJd(jd + minutes / 1440)
    .toISOString()
    .replace('T', ' ')
    .replace('Z', '000');

/**
 * Fink's light-curve features of both bands: those that this pipeline uses and the moments, computed as Fink
 * does; the others are NaN, which is Fink's way to say that there are too few points.
 */
function bandFeatureValues(epochs: readonly Epoch[]): { g: LeafValues; r: LeafValues } {
  const curve = lightCurve(epochs);
  const { g, r } = lightCurveFeatures(epochs);
  return { g: complete({ ...g, ...moments(curve.g) }), r: complete({ ...r, ...moments(curve.r) }) };
}

const complete = (known: Readonly<Record<string, number | null>>): LeafValues =>
  Object.fromEntries(BAND_FEATURES.map(({ name }) => [name, known[name] ?? Number.NaN]));

function moments({ m, sigma }: BandLightCurve): Record<string, number> {
  const n = m.length;
  if (n === 0) return {};
  const mean = m.reduce((sum, value) => sum + value, 0) / n;
  const weights = sigma.map((value) => 1 / (value * value));
  const weight = weights.reduce((sum, value) => sum + value, 0);
  const weightedMean = m.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / weight;
  if (n === 1) return { mean, weighted_mean: weightedMean };
  const deviation = Math.sqrt(m.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const chi2 =
    m.reduce((sum, value, i) => sum + (value - weightedMean) ** 2 * (weights[i] ?? 0), 0) / (n - 1);
  return {
    mean,
    weighted_mean: weightedMean,
    standard_deviation: deviation,
    mean_variance: deviation / mean,
    chi2,
  };
}
