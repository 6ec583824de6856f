import { readFileSync } from 'node:fs';
import { alertFeatures } from '../src/pipeline/features/alert-features.ts';
import { createPacketDecoder } from '../src/pipeline/ingest/decode-packet.ts';
import { failedCriterion } from '../src/pipeline/ingest/filter-alert.ts';
import { fullSizeKey, fullSizePacket } from '../test/pipeline/ingest/packets.ts';
import { hasSharedData, sharedPath } from '../test/shared-data.ts';

export const name = 'wire-to-features';

const RUNS = 7;
const PACKETS = 10_000;

/** The ten real packets, or ten made up of their size. */
export const wirePackets = (): { readonly key: Uint8Array; readonly values: readonly Uint8Array[] } => ({
  key: hasSharedData ? readFileSync(sharedPath('alerts', 'kafka-key.json')) : fullSizeKey,
  values: Array.from({ length: 10 }, (_, index) =>
    hasSharedData
      ? readFileSync(sharedPath('alerts', `kafka-value-${index}.avro-bin`))
      : fullSizePacket(index),
  ),
});

export interface Rates {
  /** Wall-clock time: what a busy machine gives. */
  readonly median: number;
  readonly best: number;
  /** Processor time with garbage collection: what one free core gives. */
  readonly perCpuSecond: number;
}

const medianOf = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);

/** Packets a second from wire bytes through the filter to the 21 features, on one core. */
export const rateOf = (stamps: boolean): Rates => {
  const { key, values } = wirePackets();
  const decoder = createPacketDecoder({ stamps });
  const rates: number[] = [];
  const cpuRates: number[] = [];
  let passed = 0;
  for (let run = 0; run <= RUNS; run += 1) {
    const started = performance.now();
    const cpu = process.cpuUsage();
    for (let done = 0; done < PACKETS; done += values.length) {
      for (const value of values) {
        const alert = decoder.decode(key, value);
        if (failedCriterion(alert) === null) passed += 1;
        if (alertFeatures(alert).ndets === null) throw new Error('a packet without a count of detections');
      }
    }
    const { user, system } = process.cpuUsage(cpu);
    // The first run warms up.
    if (run === 0) continue;
    rates.push(PACKETS / ((performance.now() - started) / 1000));
    cpuRates.push(PACKETS / ((user + system) / 1e6));
  }
  if (passed === 0) throw new Error('no packet passed the filter');
  return { median: medianOf(rates), best: Math.round(Math.max(...rates)), perCpuSecond: medianOf(cpuRates) };
};

export const run = () => ({
  packets: hasSharedData ? 'real' : 'made',
  'with cutouts': rateOf(true),
  'without cutouts': rateOf(false),
  unit: 'alerts/s',
  bar: 10_000,
});
