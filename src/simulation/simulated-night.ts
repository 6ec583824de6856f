import { setImmediate } from 'node:timers/promises';
import type { ObjectId } from '../pipeline/alert.ts';
import { createPacketDecoder, type PacketDecoder } from '../pipeline/ingest/decode-packet.ts';
import type { AlertSource, Origin, ReadItem } from '../pipeline/ingest/source.ts';
import type { FineLabel } from '../pipeline/learning/label-maps.ts';
import { createRandom } from '../pipeline/learning/seeded-random.ts';
import { chance, STREAM } from './draws.ts';
import { measurementsUntil } from './measurements.ts';
import { packetSchema } from './packet-encoding.ts';
import {
  dateOfNight,
  FIRST_BOGUS,
  jdOfNight,
  type NightNumber,
  nightOfDate,
  type SimulatedIdentity,
  simulatedIdentity,
} from './simulated-identity.ts';
import { isAlert, simulatedObject } from './simulated-object.ts';
import { simulatedPacket } from './simulated-packet.ts';
import { kindOf, type SimulatedObject } from './source-classes.ts';

export { dateOfNight, type NightNumber, nightOfDate };

/** A record of a Kafka topic: the schema as JSON, and schemaless Avro binary. */
export interface SimulatedPacket {
  readonly key: Buffer;
  readonly value: Buffer;
}

export interface SimulatedNightOptions {
  readonly seed: number;
  /** Days since 2017-01-01, as ZTF counts its nights; `nightOfDate` makes one of a date. */
  readonly night: NightNumber;
  /** Number of packets; 300 unless told. */
  readonly size?: number;
  /** With bogus detections that pass the filter, one for every three new objects; without them unless told. */
  readonly bogus?: boolean;
}

export interface SimulatedSourceOptions extends SimulatedNightOptions {
  readonly decoder?: PacketDecoder;
}

/** What a simulated object is. */
export interface SimulatedTruth {
  readonly label: FineLabel;
  readonly sourceClass: string;
}

/** A night (2026-10-17) whose rounds go as most nights' do: measured in simulation/README.md. */
export const DEFAULT_SIMULATION_NIGHT: NightNumber = 3576;
const DEFAULT_SIMULATION_SIZE = 300;

/** Nights after its first in which an object may alert again, and how likely it then is to be in the night. */
const LATER_NIGHTS = 4;
const AGAIN = 0.08;
/** New objects that a night has at least, as a part of its packets. */
const NEW_PART = 0.75;
/** New objects for each bogus detection, in nights that have some. */
const OBJECTS_PER_BOGUS = 3;
/** How often a second exposure of the same night makes a second alert. */
const TWICE = 0.35;

/**
 * A night of simulated alerts as Fink's topic would deliver them: complete packets, the same ones whenever
 * the same seed, night and size are asked for. Objects of the four nights before alert again with a longer
 * history, and some alert twice in the night.
 *
 * One packet takes 2 to 4 ms to make: a loop over all of them blocks the thread for a second
 * (`simulatedSource` does not).
 */
export function* simulateNight(options: SimulatedNightOptions): Generator<SimulatedPacket, void, void> {
  const { seed, night } = options;
  const size = options.size ?? DEFAULT_SIMULATION_SIZE;
  const key = Buffer.from(packetSchema());
  let made = 0;
  for (const object of nightObjects(seed, night, size, options.bogus ?? false)) {
    for (const value of alertsOf(object, night)) {
      if (made === size) return;
      yield { key, value };
      made++;
    }
  }
}

/** Objects in the order in which they alert: earlier nights' ones spread among as many new ones as needed. */
function* nightObjects(
  seed: number,
  night: NightNumber,
  size: number,
  bogus: boolean,
): Generator<SimulatedObject, void, void> {
  const again = olderObjects(seed, night, size);
  const every = Math.max(1, Math.floor((NEW_PART * size) / (again.length + 1)));
  for (let index = 0; ; index++) {
    yield simulatedObject(seed, { night, index });
    if (bogus && index % OBJECTS_PER_BOGUS === OBJECTS_PER_BOGUS - 1) {
      yield simulatedObject(seed, { night, index: FIRST_BOGUS + Math.floor(index / OBJECTS_PER_BOGUS) });
    }
    if (index % every !== every - 1) continue;
    const older = again.shift();
    if (older !== undefined) yield simulatedObject(seed, older);
  }
}

/** Those of earlier nights that may be seen again; whether they are, their light curve and the clouds decide. */
function olderObjects(seed: number, night: NightNumber, size: number): SimulatedIdentity[] {
  const identities: SimulatedIdentity[] = [];
  for (let first = night - LATER_NIGHTS; first < night; first++) {
    for (let index = 0; index < Math.floor(NEW_PART * size); index++) {
      if (chance(createRandom(seed, STREAM.again, first, index, night), AGAIN))
        identities.push({ night: first, index });
    }
  }
  return identities;
}

/** The packets that an object has in a night: one or two, or none where it is not seen. */
function* alertsOf(object: SimulatedObject, night: NightNumber): Generator<Buffer, void, void> {
  const measurements = measurementsUntil(object, night);
  const { index } = object.identity;
  const isTwice = chance(createRandom(object.seed, STREAM.again, object.identity.night, index), TWICE);
  let alerts = 0;
  for (const [i, measurement] of measurements.entries()) {
    if (measurement.visit.jd < jdOfNight(night) || !isAlert(measurement, object.flaw)) continue;
    yield simulatedPacket(object, measurements.slice(0, i + 1));
    alerts++;
    if (alerts === (isTwice ? 2 : 1)) return;
  }
}

const BATCH = 16;
/** Packets made in one go, before other work of the thread gets its turn. */
const UNINTERRUPTED = 2;

/** A simulated night read like any other source: its packets go through the decoder of real ones. */
export const simulatedSource = (options: SimulatedSourceOptions): AlertSource => {
  const decoder = options.decoder ?? createPacketDecoder();
  const name = `simulated night ${dateOfNight(options.night)}`;
  return {
    total: options.size ?? DEFAULT_SIMULATION_SIZE,
    async *batches() {
      let items: ReadItem[] = [];
      let position = 0;
      for (const { key, value } of simulateNight(options)) {
        const origin: Origin = { kind: 'simulated', name, position };
        items.push(decoder.read(key, value, origin));
        position++;
        if (items.length === BATCH) {
          yield { items, stored: async () => {} };
          items = [];
        }
        if (position % UNINTERRUPTED === 0) await setImmediate();
      }
      if (items.length > 0) yield { items, stored: async () => {} };
    },
  };
};

/**
 * The truth about a simulated object, from its id and the simulation's seed alone; null for an id that is
 * not a simulated object's. Nothing in its packets says it.
 */
export const simulatedTruth = (objectId: ObjectId, seed: number): SimulatedTruth | null => {
  const identity = simulatedIdentity(objectId);
  if (identity === null) return null;
  const { sourceClass } = kindOf(seed, identity);
  return { label: sourceClass.label, sourceClass: sourceClass.name };
};
