import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import type { GroupAndTopic } from './topic-state.ts';

/** What a session tells whoever opened it. */
export interface SessionEvents {
  onBatch(payload: EachBatchPayload): Promise<void>;
  /** Messages up to `offset` are there but not for readers: control records, aborted transactions. */
  onSkipped(partition: number, offset: bigint): void;
  /**
   * The group gave these partitions to this member, for the first time in this session or again: the place
   * to say with `seek` where to read on. Without it reading goes on where the group has committed.
   */
  onAssigned(
    partitions: readonly number[],
    isFirst: boolean,
    seek: (partition: number, offset: bigint) => void,
  ): void;
  /** An answer to a fetch arrived, with messages or without. */
  onFetched(): void;
  /** The consumer has given up; `close` is still to be called. */
  onEnded(error: Error): void;
}

/** One membership in the consumer group, from joining to leaving or to the loss of the connection. */
export interface Session {
  /** @throws when the broker has not confirmed it. */
  commit(offsets: readonly { readonly partition: number; readonly offset: bigint }[]): Promise<void>;
  close(): Promise<void>;
}

export const heartbeatInterval = 3000;
/** How long a member that was killed keeps its partitions from the next pull. */
const sessionTimeout = 15_000;
const closingTime = 10_000;

/**
 * Joins the group and starts to read. kafkajs commits nothing by itself here, and does not start again by
 * itself: its own restart forgets how far it had read and leaves no way to know whether it is at work.
 */
export async function openSession(
  kafka: Kafka,
  { topic, groupId }: GroupAndTopic,
  events: SessionEvents,
): Promise<Session> {
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    heartbeatInterval,
    sessionTimeout,
    rebalanceTimeout: 30_000,
    // A pull ends at the topic's end, where the last fetch waits this long for more.
    maxWaitTimeInMs: 100,
    maxBytes: 8 * 1024 * 1024,
    maxBytesPerPartition: 4 * 1024 * 1024,
    retry: {
      retries: 3,
      initialRetryTime: 300,
      maxRetryTime: 3000,
      restartOnFailure: async () => false,
    },
  });
  const close = async (): Promise<void> => {
    // Leaving the group politely takes a broker; without one the session expires there by itself.
    const closing = consumer.disconnect().catch(() => {});
    await Promise.race([closing, sleep(closingTime, undefined, { ref: false })]);
  };

  consumer.on('consumer.crash', ({ payload }) => events.onEnded(payload.error));
  consumer.on('consumer.fetch', () => events.onFetched());
  consumer.on('consumer.end_batch_process', ({ payload }) => {
    if (payload.batchSize === 0) events.onSkipped(payload.partition, BigInt(payload.lastOffset));
  });
  let isFirst = true;
  consumer.on('consumer.group_join', ({ payload }) => {
    const seek = (partition: number, offset: bigint): void =>
      consumer.seek({ topic, partition, offset: offset.toString() });
    events.onAssigned(payload.memberAssignment[topic] ?? [], isFirst, seek);
    isFirst = false;
  });

  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch: (payload) => events.onBatch(payload) });
  } catch (error) {
    await close();
    throw error;
  }

  return {
    async commit(offsets) {
      // When it is not running kafkajs does nothing and reports no error: only this event is proof.
      let confirmed = false;
      const stopListening = consumer.on('consumer.commit_offsets', () => {
        confirmed = true;
      });
      try {
        await consumer.commitOffsets(
          offsets.map(({ partition, offset }) => ({ topic, partition, offset: offset.toString() })),
        );
      } finally {
        stopListening();
      }
      if (!confirmed) throw new Error('the connection to the broker is down');
    },
    close,
  };
}
