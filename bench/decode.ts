import { readFileSync } from 'node:fs';
import { createPacketDecoder } from '../src/pipeline/ingest/decode-packet.ts';
import { fullSizeKey, fullSizePacket } from '../test/pipeline/ingest/packets.ts';
import { hasSharedData, sharedPath } from '../test/shared-data.ts';

export const name = 'decode';

const SECONDS = 2;
const RUNS = 5;

/** Packets from wire bytes to alerts, on one core, with the cutouts kept and without. */
export const run = async () => {
  const key = hasSharedData ? readFileSync(sharedPath('alerts', 'kafka-key.json')) : fullSizeKey;
  const values = Array.from({ length: 10 }, (_, index) =>
    hasSharedData
      ? readFileSync(sharedPath('alerts', `kafka-value-${index}.avro-bin`))
      : fullSizePacket(index),
  );
  return {
    packets: hasSharedData ? 'real' : 'made',
    'with cutouts': rate(key, values, true),
    'without cutouts': rate(key, values, false),
    unit: 'packets/s',
  };
};

/** The median of some runs, the first of which warms up. */
function rate(key: Uint8Array, values: readonly Uint8Array[], stamps: boolean): number {
  const decoder = createPacketDecoder({ stamps });
  const rates: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const end = performance.now() + (SECONDS * 1000) / RUNS;
    const started = performance.now();
    let count = 0;
    while (performance.now() < end) {
      for (const value of values) decoder.decode(key, value);
      count += values.length;
    }
    if (run > 0) rates.push(count / ((performance.now() - started) / 1000));
  }
  return Math.round(rates.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0);
}
