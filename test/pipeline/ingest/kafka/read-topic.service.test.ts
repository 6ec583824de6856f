import { readFileSync } from 'node:fs';
import kafkajs, { type Message } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import {
  type ReadTopicOptions,
  readTopic,
  topicState,
} from '../../../../src/pipeline/ingest/kafka/read-topic.ts';
import type { ReadBatch, ReadItem } from '../../../../src/pipeline/ingest/source.ts';
import { brokerUser } from '../../../kafka/broker.ts';
import { sharedBroker } from '../../../kafka/shared-broker.ts';
import { createTopic, expire, produce } from '../../../kafka/topics.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../../shared-data.ts';
import { candidOf, encodePacket, fullSizeKey, fullSizePacket, packetKey } from '../packets.ts';

const broker = sharedBroker();

let names = 0;
const newTopic = async (options: Parameters<typeof createTopic>[2] = {}): Promise<string> => {
  const topic = `test_${names++}`;
  await createTopic(broker.client, topic, options);
  return topic;
};
const small = (count: number, from = 0): Message[] =>
  Array.from({ length: count }, (_, index) => ({ key: packetKey, value: encodePacket(from + index) }));

function options(topic: string, more: Partial<ReadTopicOptions> = {}) {
  const log: string[] = [];
  const all: ReadTopicOptions = {
    brokers: [broker.address],
    topic,
    groupId: 'finkvra',
    idleMs: 1000,
    onLog: ({ message }) => log.push(message),
    ...more,
  };
  return { all, log };
}

/** Reads a topic to its end; `store` says which batches the store takes, all unless given. */
async function pull(
  topic: string,
  more: Partial<ReadTopicOptions> = {},
  take: (batch: ReadBatch, index: number) => Promise<'go on' | 'stop'> = async (batch) => {
    await batch.stored();
    return 'go on';
  },
) {
  const { all, log } = options(topic, more);
  const started = Date.now();
  const source = await readTopic(all);
  const items: ReadItem[] = [];
  let index = 0;
  for await (const batch of source.batches()) {
    items.push(...batch.items);
    if ((await take(batch, index++)) === 'stop') break;
  }
  const candids = items.flatMap((item) => (item.kind === 'alert' ? [item.alert.candid] : []));
  const unreadable = items.flatMap((item) => (item.kind === 'unreadable' ? [item] : []));
  return { total: source.total, items, candids, unreadable, log, ms: Date.now() - started };
}

const committed = async (topic: string, groupId = 'finkvra') =>
  (await topicState({ brokers: [broker.address], topic, groupId })).partitions.map((each) => each.committed);
const candids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => candidOf(from + index).toString());

describe('every codec', () => {
  const codecs = ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

  it.each(codecs)('%s, as a broker compresses it: records of the real size', async (codec) => {
    const topic = await newTopic({ config: { 'compression.type': codec } });
    const messages = Array.from({ length: 30 }, (_, i) => ({ key: fullSizeKey, value: fullSizePacket(i) }));
    await produce(broker.client, topic, messages);
    const result = await pull(topic);
    expect(result.candids).toEqual(candids(0, 30));
    expect(result.unreadable).toEqual([]);
    expect(result.total).toBe(30);
  });

  it.each(['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const)('%s, as a producer compresses it', async (codec) => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(10), { compression: kafkajs.CompressionTypes[codec] });
    expect((await pull(topic)).candids).toEqual(candids(0, 10));
  });

  it.each(['GZIP', 'LZ4', 'ZSTD'] as const)(
    '%s that would grow beyond every bound: its batch is told of, and what is behind it is read',
    async (codec) => {
      const topic = await newTopic();
      const compression = kafkajs.CompressionTypes[codec];
      await produce(broker.client, topic, small(2), { compression });
      // 140 MB of nothing.
      await produce(broker.client, topic, [{ value: Buffer.alloc(140 * 2 ** 20) }], { compression });
      await produce(broker.client, topic, small(3, 2), { compression });
      const before = process.memoryUsage().rss;
      const result = await pull(topic);
      expect(result.candids).toEqual(candids(0, 5));
      expect(result.unreadable).toHaveLength(1);
      expect(result.unreadable[0]?.reason).toMatch(/the batch of offsets 2 to 2 cannot be decompressed: /);
      expect(result.unreadable[0]?.origin).toMatchObject({ partition: 0, offset: '2' });
      expect(await committed(topic)).toEqual(['6']);
      expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
    },
  );

  it.skipIf(!hasSharedData).each(codecs)(`%s: the real packets${sharedNote}`, async (codec) => {
    const topic = await newTopic({ config: { 'compression.type': codec } });
    const key = readFileSync(sharedPath('alerts', 'kafka-key.json'));
    const values = Array.from({ length: 10 }, (_, i) =>
      readFileSync(sharedPath('alerts', `kafka-value-${i}.avro-bin`)),
    );
    await produce(
      broker.client,
      topic,
      values.map((value) => ({ key, value })),
    );
    const { items, unreadable } = await pull(topic);
    expect(unreadable).toEqual([]);
    const golden: { candid: string }[] = JSON.parse(
      readFileSync(sharedPath('alerts', 'kafka-golden-features.json'), 'utf8').replaceAll(
        /"candid":\s*(\d+)/g,
        '"candid":"$1"',
      ),
    );
    expect(items.map((item) => (item.kind === 'alert' ? item.alert.candid : ''))).toEqual(
      golden.map((each) => String(each.candid)),
    );
    for (const item of items)
      expect(item).toMatchObject({ alert: { stamps: { science: expect.any(Uint8Array) } } });
  });
});

describe('a pull', () => {
  it('reads all partitions, then has nothing more to do and ends at once', async () => {
    const topic = await newTopic({ partitions: 4 });
    // Partition 2 stays empty.
    await produce(
      broker.client,
      topic,
      small(100).map((message, i) => ({ ...message, partition: [0, 1, 3][i % 3] ?? 0 })),
    );
    const first = await pull(topic);
    expect(first.candids.toSorted()).toEqual(candids(0, 100));
    expect(first.total).toBe(100);
    const second = await pull(topic);
    expect(second).toMatchObject({ total: 0, items: [] });
    expect(second.ms).toBeLessThan(1000);
    expect((await topicState({ ...options(topic).all })).lag).toBe(0);
  });

  it('of an empty topic ends at once', async () => {
    const { items, total, ms } = await pull(await newTopic());
    expect({ items, total }).toEqual({ items: [], total: 0 });
    expect(ms).toBeLessThan(1000);
  });

  it('gives each group all messages', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(5));
    expect((await pull(topic, { groupId: 'one' })).candids).toHaveLength(5);
    expect((await pull(topic, { groupId: 'two' })).candids).toHaveLength(5);
  });

  it('ends where the topic ended when it began', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(70));
    const first = await pull(topic, {}, async (batch, index) => {
      if (index === 0) await produce(broker.client, topic, small(30, 70));
      await batch.stored();
      return 'go on';
    });
    expect(first.candids).toEqual(candids(0, 70));
    expect((await pull(topic)).candids).toEqual(candids(70, 100));
  });

  it('stops at its limit, and the next goes on there', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(100));
    const first = await pull(topic, { limit: 45 });
    expect(first.candids).toEqual(candids(0, 45));
    expect(first.total).toBe(45);
    expect(await committed(topic)).toEqual(['45']);
    expect((await pull(topic)).candids).toEqual(candids(45, 100));
  });

  it('commits what is stored and nothing else', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(100));
    const offsets: unknown[] = [];
    await pull(topic, {}, async (batch, index) => {
      if (index === 2) return 'stop';
      offsets.push(await committed(topic));
      await batch.stored();
      offsets.push(await committed(topic));
      return 'go on';
    });
    // Before and after the first batch, before and after the second; the third was read and not stored.
    expect(offsets).toEqual([[null], ['32'], ['32'], ['64']]);
    expect(await committed(topic)).toEqual(['64']);
    expect((await pull(topic)).candids).toEqual(candids(64, 100));
  });

  it('that was not stored at all is read again whole', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(40));
    expect((await pull(topic, {}, async () => 'go on')).candids).toEqual(candids(0, 40));
    expect(await committed(topic)).toEqual([null]);
    expect((await pull(topic)).candids).toEqual(candids(0, 40));
  });

  it('hands over at most two batches more than a slow reader has stored', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(500));
    let decoded = 0;
    const { all } = options(topic);
    const source = await readTopic(all);
    for await (const batch of source.batches()) {
      decoded += batch.items.length;
      // Long enough for a reader without brakes to have taken everything.
      if (decoded === 32) await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(batch.items.length).toBeLessThanOrEqual(32);
      await batch.stored();
    }
    expect(decoded).toBe(500);
  });
});

describe('messages that cannot be read', () => {
  it('are handed over with their place and bytes, and the others are read', async () => {
    const topic = await newTopic();
    const bad: Message[] = [
      { key: packetKey, value: Buffer.from('no packet') },
      { key: '2.7_3.10.1', value: encodePacket(1) },
      { key: null, value: encodePacket(1) },
      { key: packetKey, value: null },
      { key: packetKey, value: encodePacket(1, { candid: null }, { candid: null }) },
    ];
    await produce(broker.client, topic, [...small(5), ...bad, ...small(5, 5)]);
    const { candids: read, unreadable } = await pull(topic);
    expect(read).toEqual(candids(0, 10));
    expect(unreadable.map((item) => [item.origin.offset, item.reason])).toEqual([
      ['5', expect.stringContaining('branch')],
      ['6', expect.stringContaining('"2.7_3.10.1" is not an Avro schema')],
      ['7', 'the message has no key, so no schema'],
      ['8', 'the message is empty'],
      ['9', 'the packet has no candid'],
    ]);
    expect(unreadable[0]?.origin).toEqual({ name: topic, kind: 'topic', partition: 0, offset: '5' });
    expect(Buffer.from(unreadable[0]?.bytes ?? []).toString()).toBe('no packet');
    expect(Buffer.from(unreadable[0]?.key ?? [])).toEqual(packetKey);
    expect(await committed(topic)).toEqual(['15']);
  });
});

describe('offsets that are no messages', () => {
  it('of transactions: the committed ones are read, and nothing is left behind', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(5), { transactional: 'commit' });
    await produce(broker.client, topic, small(5, 100), { transactional: 'abort' });
    await produce(broker.client, topic, small(5, 5), { transactional: 'commit' });
    await produce(broker.client, topic, small(5, 200), { transactional: 'abort' });
    const first = await pull(topic);
    expect(first.candids).toEqual(candids(0, 10));
    expect(first.ms).toBeLessThan(10_000);
    expect(await pull(topic)).toMatchObject({ total: 0, items: [] });
  });

  it('of a compacted topic', async () => {
    const config = {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.01',
      'max.compaction.lag.ms': '100',
    };
    const topic = await newTopic({ config });
    // The key is the same for all: what a compacted topic keeps of them is the last one of each.
    await produce(broker.client, topic, small(20));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await produce(broker.client, topic, small(1, 20));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const { candids: read, total } = await pull(topic);
    expect(total).toBe(21);
    expect(read.at(-1)).toBe(candidOf(20).toString());
    expect(read.length).toBeLessThan(21);
    expect(await committed(topic)).toEqual(['21']);
  });

  it('of messages that expired before they were read: said, and the rest is read', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(100));
    await pull(topic, { limit: 10 });
    await expire(broker.client, topic, 0, '60');
    const { candids: read, log, total } = await pull(topic);
    expect(read).toEqual(candids(60, 100));
    expect(total).toBe(40);
    expect(log).toContain(
      `partition 0 of "${topic}": 50 messages expired before they were read; reading on at 60`,
    );
  });

  it('of messages that expire in mid-pull: said, and the rest is read', async () => {
    const topic = await newTopic({ partitions: 2 });
    const inPartition = (messages: Message[], partition: number) =>
      messages.map((each) => ({ ...each, partition }));
    const large = Array.from({ length: 100 }, (_, i) => ({
      key: fullSizeKey,
      value: fullSizePacket(i),
      partition: 0,
    }));
    await produce(broker.client, topic, [...large, ...inPartition(small(10, 100), 1)]);
    const { candids: read, log } = await pull(topic, {}, async (batch, index) => {
      if (index === 0) await expire(broker.client, topic, 0, '97');
      await batch.stored();
      return 'go on';
    });
    expect(read).toEqual(expect.arrayContaining([...candids(0, 32), ...candids(97, 110)]));
    expect(read.length).toBeLessThan(110);
    expect(new Set(read).size).toBe(read.length);
    expect(log.join('\n')).toMatch(/expired|[Oo]ffset out of range/);
  });

  it('of a topic that was made anew: said, and all of it is read', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(50));
    await pull(topic);
    const admin = broker.client.admin();
    await admin.connect();
    await admin.setOffsets({ groupId: 'finkvra', topic, partitions: [{ partition: 0, offset: '900' }] });
    await admin.disconnect();
    const { candids: read, log } = await pull(topic);
    expect(read).toEqual(candids(0, 50));
    expect(log[0]).toContain('ends at 50, before the committed offset 900: it was made anew');
  });
});

describe('the data-transfer service', () => {
  const transfer = 'ftransfer_ztf_2025-06-14_123456';

  it('has the schema in a topic of its own', async () => {
    await createTopic(broker.client, transfer, { partitions: 3 });
    await createTopic(broker.client, `${transfer}_schema`, { partitions: 2 });
    await produce(broker.client, `${transfer}_schema`, [{ key: packetKey, value: 'schema' }]);
    const messages = small(40).map(({ value }, i) => ({
      key: transfer,
      value: value ?? null,
      partition: i % 3,
    }));
    messages.push({ key: transfer, value: Buffer.from('bad'), partition: 0 });
    await produce(broker.client, transfer, messages);
    for (const groupId of ['one', 'two']) {
      const { candids: read, unreadable } = await pull(transfer, { groupId });
      expect(read.toSorted()).toEqual(candids(0, 40));
      expect(unreadable).toHaveLength(1);
      // With what it needs to be tried again.
      expect(Buffer.from(unreadable[0]?.key ?? [])).toEqual(packetKey);
    }
    expect(await committed(`${transfer}_schema`, 'one')).toEqual([null, null]);
  });

  it('may not have written it yet: said', async () => {
    const topic = 'fxmatch_ztf_2025-06-14_654321';
    await createTopic(broker.client, topic);
    await createTopic(broker.client, `${topic}_schema`);
    await produce(broker.client, topic, small(1));
    await expect(pull(topic)).rejects.toThrow(`the topic "${topic}_schema" holds no schema yet`);
  });
});

describe('what keeps a pull from beginning is said', () => {
  it('a topic that does not exist, which is not created by asking', async () => {
    await expect(pull('fink_vra_zft')).rejects.toThrow(
      `Kafka at ${broker.address}, topic "fink_vra_zft": has no such topic`,
    );
    const admin = broker.client.admin();
    await admin.connect();
    expect(await admin.listTopics()).not.toContain('fink_vra_zft');
    await admin.disconnect();
  });

  it('a broker that does not answer', async () => {
    const started = Date.now();
    await expect(pull('any', { brokers: ['127.0.0.1:9'] })).rejects.toThrow(
      'no Kafka broker answers at 127.0.0.1:9',
    );
    expect(Date.now() - started).toBeLessThan(30_000);
  });

  it('a wrong password; the right one is let in', async () => {
    const topic = await newTopic();
    await produce(broker.client, topic, small(3));
    const brokers = [broker.saslAddress];
    await expect(pull(topic, { brokers, sasl: { ...brokerUser, password: 'wrong' } })).rejects.toThrow(
      `Kafka at ${broker.saslAddress} refuses the user "astronomer": check user name and password`,
    );
    expect((await pull(topic, { brokers, sasl: brokerUser })).candids).toEqual(candids(0, 3));
  });
});

it('nothing is written to standard output', async () => {
  const topic = await newTopic();
  await produce(broker.client, topic, small(3));
  const written: unknown[] = [];
  const write = process.stdout.write;
  process.stdout.write = (chunk: unknown) => {
    written.push(chunk);
    return true;
  };
  try {
    await readTopic({ brokers: [broker.address], topic, groupId: 'quiet' }).then(async (source) => {
      for await (const batch of source.batches()) await batch.stored();
    });
    await topicState({ brokers: ['127.0.0.1:9'], topic, groupId: 'quiet' }).catch(() => {});
  } finally {
    process.stdout.write = write;
  }
  expect(written).toEqual([]);
});
