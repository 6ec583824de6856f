import { createHash } from 'node:crypto';
import avro from 'avsc';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Alert } from '../../src/pipeline/alert.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { toFeatureMatrix } from '../../src/pipeline/features/feature-frame.ts';
import { type FeatureName, type Features, featureNames } from '../../src/pipeline/features/feature-table.ts';
import { lightCurveFeatures } from '../../src/pipeline/features/light-curve-features.ts';
import { createPacketDecoder } from '../../src/pipeline/ingest/decode-packet.ts';
import { failedCriterion } from '../../src/pipeline/ingest/filter-alert.ts';
import type { ReadBatch } from '../../src/pipeline/ingest/source.ts';
import { rocAuc } from '../../src/pipeline/learning/accuracy/metrics.ts';
import { createEngine } from '../../src/pipeline/learning/engines/engines.ts';
import { classOfLabel } from '../../src/pipeline/learning/label-maps.ts';
import {
  dateOfNight,
  nightOfDate,
  type SimulatedPacket,
  simulatedSource,
  simulatedTruth,
  simulateNight,
} from '../../src/simulation/simulated-night.ts';
import { readFinkAlerts } from '../pipeline/learning/fink-table.ts';
import { hasSharedData, sharedNote } from '../shared-data.ts';

const SEED = 5;
const NIGHT = nightOfDate(new Date('2026-11-22T00:00:00Z'));
const decoder = createPacketDecoder({ stamps: false });

const hash = (packets: readonly SimulatedPacket[]): string => {
  const sha = createHash('sha256');
  for (const { key, value } of packets) sha.update(key).update(value);
  return sha.digest('hex');
};

const isGalactic = (objectId: string): boolean => {
  const truth = simulatedTruth(objectId, SEED);
  return truth !== null && classOfLabel('galactic', truth.label) === 1;
};

const decode = ({ key, value }: SimulatedPacket): Alert => decoder.decode(key, value);

describe('a simulated night', () => {
  let packets: SimulatedPacket[] = [];
  let alerts: Alert[] = [];
  beforeAll(() => {
    packets = [...simulateNight({ seed: SEED, night: NIGHT })];
    alerts = packets.map(decode);
  });

  it('has 300 packets of the size of real ones, each with a candid of its own', () => {
    expect(packets).toHaveLength(300);
    expect(new Set(alerts.map(({ candid }) => candid)).size).toBe(300);
    const size = packets.reduce((sum, { value }) => sum + value.length, 0) / packets.length;
    expect(size).toBeGreaterThan(40_000);
    expect(size).toBeLessThan(60_000);
  });

  it('is the same night again for the same seed, and another for another', () => {
    const first = (seed: number) => hash([...simulateNight({ seed, night: NIGHT, size: 5 })]);
    expect(first(SEED)).toBe(hash(packets.slice(0, 5)));
    expect(first(SEED + 1)).not.toBe(first(SEED));
  });

  it('reads whole with a decoder of another make, byte for byte', () => {
    const [packet] = packets;
    if (packet === undefined) throw new Error('no packet');
    const type = avro.Type.forSchema(JSON.parse(packet.key.toString()), {
      wrapUnions: 'always',
      registry: { long: bigintType },
    });
    for (const { value } of packets.slice(0, 20)) {
      expect(type.toBuffer(type.fromBuffer(value)).equals(value)).toBe(true);
    }
  });

  it('says that it is simulated wherever somebody looks', () => {
    expect(alerts.every(({ objectId }) => objectId.startsWith('SIM26'))).toBe(true);
    const text = packets[0]?.value.toString('latin1') ?? '';
    expect(text.match(/simulated/g)?.length).toBeGreaterThan(5);
  });

  it('has what cards and features need in every alert', () => {
    for (const alert of alerts) {
      expect(alert.sigmapsf).not.toBeNull();
      expect(alert.drb).not.toBeNull();
      expect(alert.jd).toBeGreaterThan(NIGHT + 2_457_754.5);
      expect(alert.jd).toBeLessThan(NIGHT + 2_457_755.5);
      const history = alert.epochs.slice(1).map(({ jd }) => jd);
      expect(history).toEqual(history.toSorted((a, b) => a - b));
      expect(history.every((jd) => jd < alert.jd && jd > alert.jd - 32)).toBe(true);
      expect(alert.context.ndethist).toBeGreaterThanOrEqual(
        alert.epochs.filter((e) => e.magpsf !== null).length,
      );
    }
    expect(alerts.filter(({ context }) => context.sgscore1 !== null).length).toBeGreaterThan(200);
  });

  it('stores the light-curve features that its photometry has', () => {
    for (const { epochs, storedFeatures } of alerts) {
      const { g, r } = lightCurveFeatures(epochs);
      expect(storedFeatures.g).toEqual(g.median === null ? null : g);
      expect(storedFeatures.r).toEqual(r.median === null ? null : r);
    }
  });

  it('is kept by the filter in most cases, and otherwise for each of its reasons', () => {
    const failed = alerts.map(failedCriterion);
    const kept = failed.filter((criterion) => criterion === null).length;
    expect(kept).toBeGreaterThan(240);
    expect(kept).toBeLessThan(285);
    expect(new Set(failed)).toEqual(new Set([null, 'cdsxmatch', 'roid', 'magpsf', 'drb']));
  });

  it('gives a pool of some 240 objects, about half of them galactic', () => {
    const pool = alerts.filter(
      (alert) => failedCriterion(alert) === null && alertFeatures(alert).ndets !== 0,
    );
    const objects = [...new Set(pool.map(({ objectId }) => objectId))];
    expect(objects.length).toBeGreaterThan(210);
    const galactic = objects.filter(isGalactic).length;
    expect(galactic / objects.length).toBeGreaterThan(0.38);
    expect(galactic / objects.length).toBeLessThan(0.58);
  });

  it.each(['reference', 'context'] as const)(
    'teaches a forest by %s more with more labels, and never everything',
    (set) => {
      const rows = (some: readonly Alert[]) =>
        some
          .filter((alert) => failedCriterion(alert) === null)
          .map((alert) => ({ ...alert, features: alertFeatures(alert) }));
      const labels = (some: readonly Alert[]) =>
        Uint8Array.from(some, ({ objectId }) => Number(isGalactic(objectId)));
      const train = rows(alerts);
      const other = rows([...simulateNight({ seed: SEED, night: NIGHT + 30, size: 200 })].map(decode));
      const truth = labels(other);
      const accuracy = (size: number): number => {
        const some = train.slice(0, size);
        const { model } = createEngine('extra-trees').fit(
          toFeatureMatrix(some, featureNames(set)),
          labels(some),
          {
            seed: 1,
          },
        );
        const hits = model
          .predict(toFeatureMatrix(other, featureNames(set)))
          .filter((p, i) => Number(p > 0.5) === truth[i]);
        return hits.length / other.length;
      };
      const [few, many] = [accuracy(30), accuracy(200)];
      expect(few).toBeGreaterThan(0.55);
      expect(many).toBeGreaterThan(few + 0.05);
      expect(many).toBeLessThan(0.97);
    },
  );

  it.skipIf(!hasSharedData)(
    `has inputs about as telling as those of real labelled alerts, one by one${sharedNote}`,
    async () => {
      const newest = new Map((await readFinkAlerts()).map((row) => [row.alert.objectId, row]));
      const real = [...newest.values()];
      const simulated = alerts.map((alert) => ({
        y: Number(isGalactic(alert.objectId)),
        features: alertFeatures(alert),
      }));
      const telling = (
        rows: readonly { readonly y: number; readonly features: Features }[],
        name: FeatureName,
      ) => {
        const known = rows.flatMap(({ y, features }) => {
          const value = features[name];
          return value === null ? [] : [{ y, value }];
        });
        return rocAuc({ y: known.map(({ y }) => y), p: known.map(({ value }) => value) }) ?? 0.5;
      };
      // Real labelled objects are brighter than what the topic passes, most of all SIMBAD's; ebv is looked up.
      const apart = ['magnr', 'positive_median', 'ebv'];
      for (const name of featureNames('context').filter((one) => !apart.includes(one))) {
        const [here, there] = [telling(simulated, name), telling(real, name)];
        expect(Math.abs(here - there), `${name}: ${here} simulated, ${there} real`).toBeLessThan(0.27);
        if (Math.abs(there - 0.5) > 0.15) expect(here > 0.5, name).toBe(there > 0.5);
      }
    },
  );

  it('has objects with two alerts, and the second knows of the first', () => {
    const byObject = Map.groupBy(alerts, ({ objectId }) => objectId);
    const pairs = [...byObject.values()].filter((group) => group.length === 2);
    expect(pairs.length).toBeGreaterThan(2);
    for (const [first, second] of pairs) {
      expect(second?.epochs.some(({ jd }) => jd === first?.jd)).toBe(true);
    }
  });
});

it('goes on with earlier nights’ objects, which keep their history', () => {
  const nights = [0, 1, 2].map((later) =>
    [...simulateNight({ seed: SEED, night: NIGHT + later, size: 150 })].map(decode),
  );
  const known = new Map(nights[0]?.map((alert) => [alert.objectId, alert]));
  const again = nights
    .slice(1)
    .flat()
    .filter(({ objectId }) => known.has(objectId));
  expect(again.length).toBeGreaterThan(2);
  for (const alert of again) {
    const before = known.get(alert.objectId);
    const epoch = alert.epochs.find(({ jd }) => jd === before?.jd);
    expect(epoch?.magpsf).toBe(before?.magpsf);
  }
});

describe('a night for the question real or bogus', () => {
  const night = { seed: SEED, night: NIGHT, size: 300 };
  const alerts = [...simulateNight({ ...night, bogus: true })]
    .map(decode)
    .filter((alert) => failedCriterion(alert) === null);
  const labelOf = ({ objectId }: Alert): string => simulatedTruth(objectId, SEED)?.label ?? 'none';
  const bogus = alerts.filter((alert) => labelOf(alert) === 'bogus');

  it('has bogus detections among those that pass the filter, about one in four', () => {
    expect(bogus.length / alerts.length).toBeGreaterThan(0.18);
    expect(bogus.length / alerts.length).toBeLessThan(0.35);
    expect(bogus.some((alert) => alert.epochs.some(({ isdiffpos }) => isdiffpos === 'f'))).toBe(true);
    expect(bogus.filter((alert) => alertFeatures(alert).ndets !== 0).length).toBeGreaterThan(
      0.8 * bogus.length,
    );
  });

  it('has the same real objects as any other night, and those have no bogus detections', () => {
    const plain = new Map([...simulateNight(night)].map(decode).map((alert) => [alert.candid, alert]));
    const both = alerts.flatMap((alert) => {
      const other = plain.get(alert.candid);
      return other === undefined ? [] : [[alert, other] as const];
    });
    expect(both.length).toBeGreaterThan(150);
    for (const [alert, other] of both) expect(alert).toEqual(other);
    expect([...plain.values()].filter((alert) => failedCriterion(alert) === null).map(labelOf)).not.toContain(
      'bogus',
    );
  });

  it('teaches a forest to tell them', () => {
    const other = [...simulateNight({ ...night, night: NIGHT + 20, bogus: true })]
      .map(decode)
      .filter((alert) => failedCriterion(alert) === null);
    const rows = (some: readonly Alert[]) => some.map((alert) => ({ features: alertFeatures(alert) }));
    const isReal = (some: readonly Alert[]) =>
      Uint8Array.from(some, (one) => Number(labelOf(one) !== 'bogus'));
    const { model } = createEngine('extra-trees').fit(
      toFeatureMatrix(rows(alerts), featureNames('reference')),
      isReal(alerts),
      {
        seed: 1,
      },
    );
    const truth = isReal(other);
    const hits = model
      .predict(toFeatureMatrix(rows(other), featureNames('reference')))
      .filter((p, i) => Number(p > 0.5) === truth[i]);
    expect(hits.length / other.length).toBeGreaterThan(0.85);
    expect(hits.length / other.length).toBeLessThan(0.99);
  });
});

describe('the truth', () => {
  it('is known of simulated objects only, and differs with the seed', () => {
    expect(simulatedTruth('ZTF25aapafwq', SEED)).toBeNull();
    const ids = [...simulateNight({ seed: SEED, night: NIGHT, size: 40 })].map(
      (packet) => decode(packet).objectId,
    );
    const truth = (seed: number) => ids.map((objectId) => simulatedTruth(objectId, seed));
    expect(truth(SEED)).not.toContain(null);
    expect(truth(SEED)).not.toEqual(truth(SEED + 1));
  });

  it('is in no text of a packet', () => {
    const names = /RR|eclips|period|dwarf|flare|nova|SN I|AGN|TDE|galactic|binary|QSO|young/i;
    const text = z.string();
    for (const { key, value } of simulateNight({ seed: SEED, night: NIGHT, size: 60 })) {
      const type = avro.Type.forSchema(JSON.parse(key.toString()), {
        wrapUnions: 'always',
        registry: { long: bigintType },
      });
      const strings: string[] = [];
      const collect = (node: unknown): void => {
        if (typeof node === 'string') strings.push(text.parse(node));
        else if (typeof node === 'object' && node !== null && !Buffer.isBuffer(node)) {
          Object.values(node).forEach(collect);
        }
      };
      collect(type.fromBuffer(value));
      expect(strings.length).toBeGreaterThan(20);
      // An objectId's letters spell a number.
      expect(strings.filter((found) => names.test(found) && !found.startsWith('SIM'))).toEqual([]);
    }
  });
});

describe('as a source', () => {
  it('gives batches of at most 16 with where each packet came from', async () => {
    const source = simulatedSource({ seed: SEED, night: NIGHT, size: 40 });
    const batches: ReadBatch[] = [];
    for await (const batch of source.batches()) {
      batches.push(batch);
      await batch.stored();
    }
    expect(source.total).toBe(40);
    expect(batches.map(({ items }) => items.length)).toEqual([16, 16, 8]);
    const items = batches.flatMap((batch) => batch.items);
    expect(items.every(({ kind }) => kind === 'alert')).toBe(true);
    expect(items[17]?.origin).toEqual({
      kind: 'simulated',
      name: 'simulated night 2026-11-22',
      position: 17,
    });
    expect(dateOfNight(NIGHT)).toBe('2026-11-22');
  });

  it('lets other work of the thread have its turn', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for await (const batch of simulatedSource({ seed: SEED, night: NIGHT, size: 48 }).batches())
      await batch.stored();
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(8);
  });
});

/** Longs as bigint, for avsc. */
const bigintType = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : Number(a > b)),
});
