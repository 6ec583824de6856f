import type { Admin } from 'kafkajs';
import kafkajs from 'kafkajs';
import { explainKafkaError, type KafkaConnection, kafkaRetry, openKafka } from './connection.ts';

export interface PartitionState {
  readonly partition: number;
  /** Offset of the oldest message still kept. */
  readonly low: string;
  /** Offset that the next message will get. */
  readonly high: string;
  /** Where the group will go on reading; null when it has committed nothing. */
  readonly committed: string | null;
  /** Messages kept and not yet committed. */
  readonly lag: number;
}

export interface TopicState {
  readonly topic: string;
  readonly partitions: readonly PartitionState[];
  readonly lag: number;
}

export interface GroupAndTopic {
  readonly topic: string;
  readonly groupId: string;
}

/**
 * How far a group has read a topic.
 *
 * @throws Error that names the brokers and the topic: no broker answers (within half a minute), the user is
 *   refused, there is no such topic.
 */
export async function topicState(options: KafkaConnection & GroupAndTopic): Promise<TopicState> {
  const admin = openKafka(options).admin({ retry: kafkaRetry });
  try {
    await admin.connect();
    return await readTopicState(admin, options);
  } catch (error) {
    throw explainKafkaError(error, options, options.topic);
  } finally {
    await admin.disconnect();
  }
}

/** As `topicState`, over a connection that is already open; errors are kafkajs's. */
async function readTopicState(admin: Admin, { topic, groupId }: GroupAndTopic): Promise<TopicState> {
  // Asked for by name, so that no broker creates the topic to answer about it.
  await admin.fetchTopicMetadata({ topics: [topic] });
  const ends = await admin.fetchTopicOffsets(topic);
  const groups = await admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = new Map(
    groups.flatMap((group) => group.partitions.map(({ partition, offset }) => [partition, offset])),
  );
  const partitions = ends
    .map(({ partition, low, high }): PartitionState => {
      const offset = committed.get(partition);
      const known = offset === undefined || BigInt(offset) < 0n ? null : offset;
      const next = startOffset({ low, high, committed: known });
      return { partition, low, high, committed: known, lag: Number(BigInt(high) - next) };
    })
    .sort((a, b) => a.partition - b.partition);
  return { topic, partitions, lag: partitions.reduce((sum, { lag }) => sum + lag, 0) };
}

/**
 * Where to go on reading: the committed offset, or the oldest message when nothing was committed, when
 * what follows has expired, or when the topic was made anew and is shorter than what was committed.
 */
export function startOffset({ low, high, committed }: Omit<PartitionState, 'partition' | 'lag'>): bigint {
  const oldest = BigInt(low);
  if (committed === null) return oldest;
  const next = BigInt(committed);
  return next < oldest || next > BigInt(high) ? oldest : next;
}

/**
 * The compression that the broker keeps a topic's messages in: `producer` (as they were sent) or the name of
 * a codec. Null where the broker does not say.
 * @throws Error that names the brokers and the topic
 */
export async function topicCodec(
  options: KafkaConnection & { readonly topic: string },
): Promise<string | null> {
  const admin = openKafka(options).admin({ retry: kafkaRetry });
  try {
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: options.topic,
          configNames: ['compression.type'],
        },
      ],
    });
    return resources[0]?.configEntries[0]?.configValue ?? null;
  } catch (error) {
    throw explainKafkaError(error, options, options.topic);
  } finally {
    await admin.disconnect();
  }
}
