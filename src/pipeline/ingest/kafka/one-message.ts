import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaMessage } from 'kafkajs';
import { type KafkaConnection, openKafka } from './connection.ts';
import { openSession } from './session.ts';
import { type GroupAndTopic, type PartitionState, topicState } from './topic-state.ts';

type Message = Pick<KafkaMessage, 'key' | 'value' | 'offset'>;

const longestWait = 30_000;

/**
 * The first message of a topic that is wanted; null where none is kept, or none came within half a minute.
 * Nothing is committed.
 *
 * @param startOf where to read on in a partition that holds messages, whatever the group has committed
 */
async function firstMessage(
  connection: KafkaConnection & GroupAndTopic,
  startOf: (state: PartitionState) => bigint,
  isWanted: (message: Message) => boolean,
): Promise<Message | null> {
  const { partitions } = await topicState(connection);
  const starts = new Map(
    partitions.flatMap((state) =>
      state.low === state.high ? [] : [[state.partition, startOf(state)] as const],
    ),
  );
  if (starts.size === 0) return null;
  const found = Promise.withResolvers<Message | null>();
  const session = await openSession(openKafka(connection), connection, {
    async onBatch({ batch }) {
      const message = batch.messages.find(isWanted);
      if (message !== undefined) found.resolve(message);
    },
    onAssigned(assigned, _isFirst, seek) {
      for (const partition of assigned) {
        const start = starts.get(partition);
        if (start !== undefined) seek(partition, start);
      }
    },
    onSkipped() {},
    onFetched() {},
    onEnded: (error) => found.reject(error),
  });
  try {
    return await Promise.race([found.promise, sleep(longestWait, null, { ref: false })]);
  } finally {
    await session.close();
  }
}

const oldest = ({ low }: PartitionState): bigint => BigInt(low);
/** One of the last: the very last offset may be no message but a transaction's mark. */
const newest = ({ low, high }: PartitionState): bigint => {
  const last = BigInt(high) - 4n;
  return last > BigInt(low) ? last : BigInt(low);
};

/** Fink's data-transfer service and its catalogue matches make topics of their own for each request. */
export const isTransferTopic = (topic: string): boolean => /^(ftransfer|fxmatch)_/.test(topic);

/**
 * The Avro schema of a data-transfer topic: there the key of a message is only the topic's name, and the
 * schema is the key of a message in the topic `<topic>_schema`. Nothing is committed.
 *
 * @throws if that topic is not there, is empty, or does not deliver within half a minute.
 */
export async function readTransferSchema(connection: KafkaConnection & GroupAndTopic): Promise<Uint8Array> {
  const topic = `${connection.topic}_schema`;
  const message = await firstMessage({ ...connection, topic }, oldest, ({ key }) => (key?.length ?? 0) > 0);
  if (message?.key == null) {
    throw new Error(
      `the topic "${topic}" holds no schema yet: wait some seconds and try again; ` +
        'if it stays so, the query on the data-transfer page may have found nothing',
    );
  }
  return Uint8Array.from(message.key);
}

/**
 * One of a topic's newest messages, for a look at what comes; null where there is none. Read with a group of its
 * own, so that a pull that goes on meanwhile loses no partition.
 */
export const newestMessage = (connection: KafkaConnection & GroupAndTopic): Promise<Message | null> =>
  firstMessage({ ...connection, groupId: `${connection.groupId}_doctor` }, newest, () => true);
