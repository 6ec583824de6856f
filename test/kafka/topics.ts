import kafkajs, { type CompressionTypes, type ITopicConfig, type Kafka, type Message } from 'kafkajs';

/** Makes a topic; `config` are Kafka's topic settings, e.g. `{ 'compression.type': 'zstd' }`. */
export async function createTopic(
  client: Kafka,
  topic: string,
  options: { partitions?: number; config?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  const settings: ITopicConfig = {
    topic,
    numPartitions: options.partitions ?? 1,
    configEntries: Object.entries(options.config ?? {}).map(([name, value]) => ({ name, value })),
  };
  await admin.createTopics({ topics: [settings], waitForLeaders: true });
  await admin.disconnect();
}

/** Sends messages, a few hundred kilobytes a request; `compression` is the producer's codec. */
export async function produce(
  client: Kafka,
  topic: string,
  messages: readonly Message[],
  options: { compression?: CompressionTypes; perRequest?: number; transactional?: 'commit' | 'abort' } = {},
): Promise<void> {
  const transactional = options.transactional;
  const producer = client.producer({
    // kafkajs's own takes 100 ms to hash a key of 38 kB.
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    ...(transactional === undefined
      ? {}
      : { transactionalId: `${topic}-producer`, idempotent: true, maxInFlightRequests: 1 }),
  });
  await producer.connect();
  const perRequest = options.perRequest ?? 8;
  const compression = options.compression ?? kafkajs.CompressionTypes.None;
  const target = transactional === undefined ? producer : await producer.transaction();
  for (let at = 0; at < messages.length; at += perRequest) {
    await target.send({ topic, messages: messages.slice(at, at + perRequest), compression });
  }
  if ('commit' in target) await (transactional === 'abort' ? target.abort() : target.commit());
  await producer.disconnect();
}

/** Deletes a partition's messages before `offset`, as retention does when they are old enough. */
export async function expire(client: Kafka, topic: string, partition: number, offset: string): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  // kafkajs deletes records only of topics that it has asked about before.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset }] });
  await admin.disconnect();
}
