import type { Message } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import {
  type ReadTopicOptions,
  readTopic,
  topicState,
} from '../../../../src/pipeline/ingest/kafka/read-topic.ts';
import type { ReadItem } from '../../../../src/pipeline/ingest/source.ts';
import { damageLog } from '../../../kafka/damage-log.ts';
import { sharedBroker } from '../../../kafka/shared-broker.ts';
import { createTopic, produce } from '../../../kafka/topics.ts';
import { candidOf, encodePacket, fullSizeKey, fullSizePacket, packetKey } from '../packets.ts';

const broker = sharedBroker();
/** Its own: members of one group share their partitions, whatever topics they read. */
const GROUP = 'damaged-log';

let names = 0;
/** A topic of batches of three messages, of the real size or small. */
async function topicOf(batches: number, kind: 'small' | 'full size', partitions = 1): Promise<string> {
  const topic = `damaged_${names++}`;
  await createTopic(broker.client, topic, { partitions });
  for (let partition = 0; partition < partitions; partition++) {
    const messages = Array.from({ length: 3 * batches }, (_, i): Message => {
      const index = 1000 * partition + i;
      return kind === 'small'
        ? { key: packetKey, value: encodePacket(index), partition }
        : { key: fullSizeKey, value: fullSizePacket(index), partition };
    });
    await produce(broker.client, topic, messages, { perRequest: 3 });
  }
  return topic;
}

async function pull(topic: string, more: Partial<ReadTopicOptions> = {}) {
  const log: string[] = [];
  const items: ReadItem[] = [];
  const source = await readTopic({
    brokers: [broker.address],
    topic,
    groupId: GROUP,
    idleMs: 1000,
    onLog: ({ message }) => log.push(message),
    ...more,
  });
  for await (const batch of source.batches()) {
    items.push(...batch.items);
    await batch.stored();
  }
  const state = await topicState({ brokers: [broker.address], topic, groupId: GROUP });
  return {
    candids: items.flatMap((item) => (item.kind === 'alert' ? [item.alert.candid] : [])),
    unreadable: items.flatMap((item) =>
      item.kind === 'unreadable' ? [`${item.origin.partition} ${item.origin.offset} ${item.reason}`] : [],
    ),
    lag: state.lag,
    log,
  };
}

const candids = (...indexes: number[]) => indexes.map((index) => candidOf(index).toString());
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const damages: Record<string, (batch: Buffer) => void> = {
  'a wrong checksum': (batch) => batch.fill(0xff, 200, 210),
  'another format': (batch) => batch.writeInt8(9, 16),
  'a number of records that is negative': (batch) => batch.writeInt32BE(-5, 57),
  'a number of records beyond its bytes': (batch) => batch.writeInt32BE(5_000_000, 57),
  'a length that is too small': (batch) => batch.writeInt32BE(60, 8),
  'a length that is negative': (batch) => batch.writeInt32BE(-1, 8),
  'a length that is too large': (batch) => batch.writeInt32BE(batch.readInt32BE(8) + 40, 8),
  'a length beyond all': (batch) => batch.writeInt32BE(2e9, 8),
  'an offset that is too large': (batch) => batch.writeBigInt64BE(1n << 50n, 0),
  'nothing but noise': (batch) => batch.fill(0xee),
  'nothing but zeros': (batch) => batch.fill(0),
};

describe.each(['small', 'full size'] as const)('batches of %s packets on the disk of a broker', (kind) => {
  it.each(Object.entries(damages))('one with %s is told of, and the rest is read', async (name, damage) => {
    const topic = await topicOf(6, kind);
    damageLog(broker.log, topic, 2, damage);
    const { candids: read, unreadable, lag } = await pull(topic);
    expect(read).toEqual(candids(...range(0, 6), ...range(9, 18)));
    expect(unreadable[0]).toMatch(
      /^0 6 the (batch of offsets 6 to 8 is damaged: |log of the broker is damaged: offsets 6 to 8)/,
    );
    expect(unreadable).toHaveLength(name === 'a length beyond all' ? 1 : 3);
    expect(lag).toBe(0);
    expect(await pull(topic)).toMatchObject({ candids: [], unreadable: [], lag: 0 });
  });
});

describe('a pull', () => {
  // At the first the broker sends the batch, at the second it refuses, at the third it has nothing to send.
  const names = ['a wrong checksum', 'nothing but zeros', 'a length beyond all'];
  it.each(names)('that begins at a batch with %s gets past it', async (name) => {
    const topic = await topicOf(6, 'full size');
    expect((await pull(topic, { limit: 6 })).candids).toEqual(candids(...range(0, 6)));
    damageLog(broker.log, topic, 2, damages[name] ?? expect.fail(name));
    const { candids: read, unreadable, lag } = await pull(topic);
    expect(read).toEqual(candids(...range(9, 18)));
    expect(unreadable[0]).toMatch(/^0 [68] the /);
    expect(lag).toBe(0);
  });

  it('with damage in one of three partitions reads the others', async () => {
    const topic = await topicOf(4, 'small', 3);
    damageLog(broker.log, topic, 1, (batch) => batch.writeInt32BE(2e9, 8), 1);
    const { candids: read, lag } = await pull(topic);
    const inDamaged = [...range(1000, 1003), ...range(1006, 1012)];
    expect(read.toSorted()).toEqual(candids(...range(0, 12), ...inDamaged, ...range(2000, 2012)));
    expect(lag).toBe(0);
  });

  it('passes nothing as long as nothing behind the damage can be read, and goes on when something comes', async () => {
    const topic = await topicOf(3, 'small');
    damageLog(broker.log, topic, 2, (batch) => batch.writeInt32BE(2e9, 8));
    const first = await pull(topic);
    expect(first).toMatchObject({ candids: candids(...range(0, 6)), unreadable: [], lag: 3 });
    expect(first.log.at(-1)).toContain(
      'the broker sends nothing from offset 6 on; the next pull tries again',
    );
    await produce(broker.client, topic, [{ key: packetKey, value: encodePacket(50) }]);
    const second = await pull(topic);
    expect(second.candids).toEqual(candids(50));
    expect(second.unreadable).toEqual([
      '0 6 the log of the broker is damaged: offsets 6 to 8 cannot be read',
    ]);
    expect(second.lag).toBe(0);
  });

  it('leaves a partition that is added meanwhile to the next, which reads it from its beginning', async () => {
    const topic = await topicOf(30, 'full size');
    const admin = broker.client.admin();
    await admin.connect();
    let isAdded = false;
    const first: string[] = [];
    const source = await readTopic({ brokers: [broker.address], topic, groupId: GROUP, idleMs: 1000 });
    for await (const batch of source.batches()) {
      first.push(...batch.items.flatMap((item) => (item.kind === 'alert' ? [item.alert.candid] : [])));
      if (!isAdded) {
        isAdded = true;
        await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
        await produce(broker.client, topic, [{ key: packetKey, value: encodePacket(500), partition: 1 }]);
      }
      await batch.stored();
    }
    await admin.disconnect();
    expect(first).toEqual(candids(...range(0, 90)));
    expect(await pull(topic)).toMatchObject({ candids: candids(500), unreadable: [], lag: 0 });
  });
});
