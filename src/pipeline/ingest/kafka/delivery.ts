import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { type Origin, type ReadBatch, type ReadItem, reasonOf } from '../source.ts';
import type { Channel } from './channel.ts';
import type { PullProgress } from './progress.ts';
import { heartbeatInterval } from './session.ts';

export interface DeliveryOptions {
  readonly topic: string;
  /** Most messages to hand over. */
  readonly limit: number;
  /** Throws where packets of this kind end the pull (`OtherSurveyError`). */
  readonly decode: (message: Pick<KafkaMessage, 'key' | 'value' | 'headers'>, origin: Origin) => ReadItem;
  readonly progress: PullProgress;
  readonly channel: Channel<ReadBatch>;
  /** Called when messages have come. */
  readonly onProgress: () => void;
  /** True when nothing is left to read. */
  readonly isDone: () => boolean;
  /** Called by a batch's `stored`. */
  readonly commit: () => Promise<unknown>;
}

/** Decodes what a session fetches and hands it to the reader, in batches of one partition each. */
export interface Delivery {
  onBatch(payload: EachBatchPayload): Promise<void>;
  isOver(): boolean;
  /** Nothing is handed over after this; the reader gets the error after what it already has. */
  end(error?: Error): void;
}

const batchSize = 32;

export function createDelivery(options: DeliveryOptions): Delivery {
  const { topic, limit, decode, progress, channel } = options;
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
      await options.commit();
    },
  });

  const handOver = async (
    items: readonly ReadItem[],
    last: bigint,
    { batch: { partition }, heartbeat }: EachBatchPayload,
  ): Promise<void> => {
    handedOver += items.length;
    progress.delivered(partition, last);
    options.onProgress();
    const taken = channel.put(batchOf(items, partition, last)).then(() => 'taken' as const);
    // Without this a reader that never waits would keep the thread to itself.
    await setImmediate();
    // A member of the group that is silent while its reader is slow would lose its partitions.
    while ((await Promise.race([taken, sleep(heartbeatInterval, 'slow', { ref: false })])) === 'slow') {
      await heartbeat();
    }
  };

  /** Decodes a message; null where it ends the pull, whose error then goes to the reader. */
  const decoded = (message: KafkaMessage, partition: number): ReadItem | null => {
    try {
      return decode(message, { name: topic, kind: 'topic', partition, offset: message.offset });
    } catch (error) {
      end(new Error(`topic "${topic}" offset ${message.offset}: ${reasonOf(error)}`, { cause: error }));
      return null;
    }
  };

  /** Everything wanted of a fetched batch; false when the pull ended meanwhile. */
  const handOverAll = async (payload: EachBatchPayload): Promise<boolean> => {
    const { partition, messages } = payload.batch;
    let items: ReadItem[] = [];
    let last = -1n;
    for (const message of messages) {
      if (isOver || handedOver + items.length >= limit) break;
      const offset = BigInt(message.offset);
      if (!progress.wants(partition, offset)) continue;
      const item = decoded(message, partition);
      if (item === null) return false;
      items.push(item);
      last = offset;
      if (items.length === batchSize) {
        await handOver(items, last, payload);
        items = [];
      }
    }
    if (isOver) return false;
    if (items.length > 0) await handOver(items, last, payload);
    return true;
  };

  return {
    async onBatch(payload) {
      const { batch, pause } = payload;
      if (!(await handOverAll(payload))) return;
      if (handedOver >= limit) return end();
      progress.passed(batch.partition, BigInt(batch.lastOffset()));
      if (!progress.pending().includes(batch.partition)) pause();
      if (options.isDone()) end();
    },
    isOver: () => isOver,
    end,
  };
}
