import type { AlertSource, ReadBatch } from '../../src/pipeline/ingest/source.ts';
import { DEFAULT_SIMULATION_NIGHT, simulatedSource } from '../../src/simulation/simulated-night.ts';

export const NIGHT_SEED = 1;

interface NightOptions {
  /** Number of packets. */
  readonly size: number;
  /** With bogus detections among them; without unless told. */
  readonly bogus?: boolean;
}

const readAll = async (source: AlertSource): Promise<readonly ReadBatch[]> => {
  const batches: ReadBatch[] = [];
  for await (const batch of source.batches()) batches.push(batch);
  return batches;
};

const made = new Map<string, Promise<readonly ReadBatch[]>>();

/**
 * The simulated night that most tests start from. A packet takes 2 ms to make and a test wants a hundred, so
 * each process makes a night once.
 */
export const nightSource = ({ size, bogus = false }: NightOptions): AlertSource => {
  const source = simulatedSource({ seed: NIGHT_SEED, night: DEFAULT_SIMULATION_NIGHT, size, bogus });
  const key = `${size} ${bogus}`;
  return {
    total: source.total,
    async *batches() {
      const batches = made.get(key) ?? readAll(source);
      made.set(key, batches);
      yield* await batches;
    },
  };
};
