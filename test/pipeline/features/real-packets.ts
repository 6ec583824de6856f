import { readdirSync, readFileSync } from 'node:fs';
import avro from 'avsc';
import { z } from 'zod';
import type { Alert, Epoch } from '../../../src/pipeline/alert.ts';
import { sharedPath } from '../../shared-data.ts';

// Reads real packets apart from the pipeline's own decoder, so that a golden test of the features fails for
// a fault of the features only.

const number = z.number().nullable();
const epoch = z
  .object({
    jd: z.number(),
    fid: z.number(),
    magpsf: number,
    sigmapsf: number,
    diffmaglim: number,
    isdiffpos: z.string().nullable(),
    distnr: number,
    magnr: number,
    sigmagnr: number,
  })
  .transform((it): Epoch => it);
const numberOrNaN = z.union([z.number(), z.nan()]).nullable();
const band = z.object({
  amplitude: numberOrNaN,
  linear_fit_reduced_chi2: numberOrNaN,
  linear_fit_slope: numberOrNaN,
  linear_fit_slope_sigma: numberOrNaN,
  median: numberOrNaN,
  median_absolute_deviation: numberOrNaN,
});
const packet = z.object({
  objectId: z.string(),
  candid: z.string(),
  candidate: z.looseObject({ ra: z.number(), dec: z.number(), drb: number, magpsf: z.number() }),
  prv_candidates: z.array(epoch).nullable(),
  lc_features_g: band,
  lc_features_r: band,
});

// The values of a candid fit no double: they are read as text.
const long = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE().toString(),
  toBuffer: (value: string) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(BigInt(value));
    return buffer;
  },
  fromJSON: String,
  toJSON: (value: string) => value,
  isValid: (value: unknown) => typeof value === 'string',
  compare: (a: string, b: string) => Number(BigInt(a) - BigInt(b)),
});
// A registry remembers the names it has seen: one per schema.
const options = () => ({ registry: { long }, wrapUnions: false });

function toAlert(record: unknown): Alert {
  const it = packet.parse(record);
  const current = epoch.parse(it.candidate);
  return {
    candid: it.candid,
    objectId: it.objectId,
    jd: current.jd,
    ra: it.candidate.ra,
    dec: it.candidate.dec,
    fid: current.fid,
    magpsf: it.candidate.magpsf,
    sigmapsf: current.sigmapsf,
    drb: it.candidate.drb,
    rb: null,
    roid: null,
    cdsxmatch: null,
    context: {
      distpsnr1: null,
      sgscore1: null,
      neargaia: null,
      ndethist: null,
      jdstarthist: null,
      tns: null,
      vsx: null,
      gaiaName: null,
    },
    epochs: [current, ...(it.prv_candidates ?? [])],
    storedFeatures: { g: it.lc_features_g, r: it.lc_features_r },
    stamps: { science: null, template: null, difference: null },
  };
}

/** The ten live packets of a Kafka topic, in order of their file names. */
export function kafkaAlerts(): Alert[] {
  const type = avro.Type.forSchema(
    JSON.parse(readFileSync(sharedPath('alerts', 'kafka-key.json'), 'utf8')),
    options(),
  );
  const names = readdirSync(sharedPath('alerts'))
    .filter((name) => name.startsWith('kafka-value-'))
    .sort();
  return names.map((name) => toAlert(type.fromBuffer(readFileSync(sharedPath('alerts', name)))));
}

/** The alerts of an Avro container. */
export async function containerAlerts(path: string): Promise<Alert[]> {
  const alerts: Alert[] = [];
  const decoder = avro.createFileDecoder(path, {
    parseHook: (schema: avro.Schema) => avro.Type.forSchema(schema, options()),
  });
  for await (const record of decoder) alerts.push(toAlert(record));
  return alerts;
}
