import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { messageOf } from '../../../lib/errors.ts';
import type { Origin, ReadBatch, ReadItem } from '../source.ts';
import { createChannel } from './channel.ts';
import { explainKafkaError, type KafkaConnection, openKafka } from './connection.ts';
import { createProgress, type PartitionPlan } from './progress.ts';
import { heartbeatInterval } from './session.ts';
import { keepSession } from './session-keeper.ts';
import { createStallWatch } from './stall-watch.ts';
import type { GroupAndTopic } from './topic-state.ts';

export interface PullOptions extends KafkaConnection, GroupAndTopic {
  readonly limit: number;
  readonly idleMs: number;
  readonly maxWaitMs: number;
  readonly decode: (message: Pick<KafkaMessage, 'key' | 'value'>, origin: Origin) => ReadItem;
}

const batchSize = 32;
const watchInterval = 200;
/** A second apart, at the end of a pull. */
const commitAttempts = 5;

/**
 * Reads what the plan names, in batches of one partition each, and ends. At most one batch waits while the
 * reader works on another; further fetching waits with it. Offsets are committed by a batch's `stored`.
 */
export async function* pullBatches(
  plan: readonly PartitionPlan[],
  options: PullOptions,
): AsyncGenerator<ReadBatch, void, void> {
  const { topic } = options;
  const onLog = options.onLog ?? (() => {});
  const progress = createProgress(plan);
  const channel = createChannel<ReadBatch>(1);
  /** The partitions that the group gave to this member; null while it is not (or not yet) a member. */
  let assigned: ReadonlySet<number> | null = null;
  let handedOver = 0;
  let isOver = false;

  const end = (error?: Error): void => {
    isOver = true;
    channel.close(error);
  };

  const batchOf = (items: readonly ReadItem[], partition: number, last: bigint): ReadBatch => ({
    items,
    async stored() {
      progress.stored(partition, last);
      await commit();
    },
  });

  const handOver = async (
    items: readonly ReadItem[],
    last: bigint,
    { batch: { partition }, heartbeat }: EachBatchPayload,
  ): Promise<void> => {
    handedOver += items.length;
    progress.delivered(partition, last);
    keeper.progressed();
    watch.progressed();
    const taken = channel.put(batchOf(items, partition, last)).then(() => 'taken' as const);
    // Without this a reader that never waits would keep the thread to itself.
    await setImmediate();
    // A member of the group that is silent while its reader is slow would lose its partitions.
    while ((await Promise.race([taken, sleep(heartbeatInterval, 'slow', { ref: false })])) === 'slow') {
      await heartbeat();
    }
  };

  const onBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { batch, pause } = payload;
    const { partition } = batch;
    let items: ReadItem[] = [];
    let last = -1n;
    for (const message of batch.messages) {
      if (isOver || handedOver + items.length >= options.limit) break;
      const offset = BigInt(message.offset);
      if (!progress.wants(partition, offset)) continue;
      items.push(options.decode(message, { name: topic, kind: 'topic', partition, offset: message.offset }));
      last = offset;
      if (items.length === batchSize) {
        await handOver(items, last, payload);
        items = [];
      }
    }
    if (isOver) return;
    if (items.length > 0) await handOver(items, last, payload);
    if (handedOver >= options.limit) return end();
    progress.passed(partition, BigInt(batch.lastOffset()));
    if (!progress.pending().includes(partition)) pause();
    if (watch.isDone()) end();
  };

  const onAssigned = (
    partitions: readonly number[],
    isFirst: boolean,
    seek: (partition: number, offset: bigint) => void,
  ): void => {
    if (!isFirst) {
      const which = partitions.length === 0 ? 'none' : partitions.toSorted((a, b) => a - b).join(', ');
      onLog({
        level: 'info',
        message: `the group of "${topic}" was rebalanced: partitions read here: ${which}`,
      });
    }
    for (const partition of partitions) {
      const position = progress.position(partition);
      // A partition that comes back from another member is read from where that one committed.
      if (position !== null && (isFirst || assigned?.has(partition))) seek(partition, position);
    }
    assigned = new Set(partitions);
  };

  const onLost = (): void => {
    assigned = null;
  };

  let commitFailed = false;
  const commit = async (): Promise<boolean> => {
    // What went to another member of the group in the meantime is that one's to commit.
    const offsets = progress.uncommitted().filter(({ partition }) => assigned?.has(partition) ?? true);
    if (offsets.length === 0) return true;
    try {
      await keeper.commit(offsets);
      progress.committed(offsets);
      commitFailed = false;
      return true;
    } catch (error) {
      // The alerts are safe in the store; the offset goes with the next batch's, or is read again.
      const reason = messageOf(error);
      if (!commitFailed) {
        onLog({ level: 'warn', message: `the offsets of "${topic}" cannot be committed yet (${reason})` });
      }
      commitFailed = true;
      return false;
    }
  };

  const commitRest = async (): Promise<void> => {
    for (let attempt = 0; attempt < commitAttempts; attempt++) {
      // A partition that is with another member just now may come back in a moment.
      if ((await commit()) && progress.uncommitted().length === 0) return;
      await sleep(1000);
    }
    // Of what stays with another member: that one reads it, and the store recognises it.
    if (!commitFailed) return;
    const message = `what was stored of "${topic}" last could not be committed: it will be read and recognised again`;
    onLog({ level: 'warn', message });
  };

  const watch = createStallWatch(
    { ...options, onLog },
    progress,
    () => assigned,
    () => keeper,
  );
  const keeper = keepSession({
    kafka: openKafka(options),
    group: options,
    events: { onBatch, onAssigned, onLost, onFetched: watch.fetched, onSkipped: progress.passed },
    onLog,
    onFatal: (error) => end(explainKafkaError(error, options, topic)),
  });
  const watching = (async () => {
    while (!isOver) {
      await sleep(watchInterval);
      if (channel.isFull()) watch.progressed();
      else if (watch.isDone()) end();
      else await watch.check().catch(end);
    }
  })();

  try {
    for (;;) {
      const batch = await channel.take();
      if (batch === undefined) return;
      yield batch;
    }
  } finally {
    end();
    await commitRest();
    await keeper.close();
    await watching;
  }
}
