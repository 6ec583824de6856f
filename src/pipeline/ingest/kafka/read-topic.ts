import { createPacketDecoder } from '../decode-packet.ts';
import { type AlertSource, unreadable } from '../source.ts';
import { damageOf } from './batches/fetched-message.ts';
import type { KafkaConnection } from './connection.ts';
import { isTransferTopic, readTransferSchema } from './one-message.ts';
import type { PartitionPlan } from './progress.ts';
import { pullBatches } from './pull-batches.ts';
import { type GroupAndTopic, startOffset, type TopicState, topicState } from './topic-state.ts';

export type { KafkaConnection } from './connection.ts';
export { topicState } from './topic-state.ts';

export interface ReadTopicOptions extends KafkaConnection, GroupAndTopic {
  /** Most messages to read; all unless given. */
  readonly limit?: number;
  /** Keep the three cutouts; true unless told. */
  readonly stamps?: boolean;
  /** Milliseconds without a message after which the broker is asked why; 5,000 unless given. */
  readonly idleMs?: number;
  /** Milliseconds that a broker may be away in mid-pull before the pull fails; 300,000 unless given. */
  readonly maxWaitMs?: number;
}

/**
 * What a Kafka topic holds for the group and the group has not read: from the committed offsets (the oldest
 * message, where nothing was committed or what follows has expired) to the end as it is now. A topic of the
 * data-transfer service takes its schema from its side topic.
 *
 * A batch's `stored` commits the offsets of that batch and those before it, and nothing else commits any. It
 * never fails: what cannot be committed now goes with a later batch; what is never committed is read again
 * by the next pull. A message that cannot be decoded is an `unreadable` item with partition and offset. A
 * broker that goes away in mid-pull is waited for, and a rebalance is gone along with.
 *
 * @throws Error that names brokers and topic: no broker answers (within half a minute), the user is
 *   refused, there is no such topic. The generator throws when the broker stays away for `maxWaitMs`.
 */
export async function readTopic(options: ReadTopicOptions): Promise<AlertSource> {
  const { topic, groupId, limit = Number.POSITIVE_INFINITY } = options;
  const state = await topicState(options);
  const schema = isTransferTopic(topic) && state.lag > 0 ? await readTransferSchema(options) : null;
  const plan = planOf(state, options.onLog ?? (() => {}));
  const decoder = createPacketDecoder({ stamps: options.stamps ?? true });
  const { idleMs = 5000, maxWaitMs = 300_000 } = options;
  return {
    total: Math.min(state.lag, limit),
    async *batches() {
      if (plan.length === 0 || limit <= 0) return;
      yield* pullBatches(plan, {
        ...options,
        groupId,
        limit,
        idleMs,
        maxWaitMs,
        decode: (message, origin) => {
          const damage = damageOf(message);
          return damage === null
            ? decoder.read(schema ?? message.key ?? null, message.value, origin)
            : unreadable(damage.reason, { ...origin, offset: damage.firstOffset });
        },
      });
    },
  };
}

/** The partitions that have something to read. */
function planOf(
  { topic, partitions }: TopicState,
  onLog: NonNullable<KafkaConnection['onLog']>,
): PartitionPlan[] {
  return partitions.flatMap((state): PartitionPlan[] => {
    const { partition, committed, low, high } = state;
    const start = startOffset(state);
    const name = `partition ${partition} of "${topic}"`;
    if (committed !== null && start > BigInt(committed)) {
      const lost = start - BigInt(committed);
      onLog({
        level: 'warn',
        message: `${name}: ${lost} messages expired before they were read; reading on at ${low}`,
      });
    } else if (committed !== null && start < BigInt(committed)) {
      const message = `${name} ends at ${high}, before the committed offset ${committed}: it was made anew; reading all of it`;
      onLog({ level: 'warn', message });
    }
    const isGroups = committed === null || start === BigInt(committed);
    return start < BigInt(high) ? [{ partition, start, end: BigInt(high), isGroups }] : [];
  });
}
