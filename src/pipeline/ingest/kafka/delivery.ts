import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { type Origin, type ReadBatch, type ReadItem, reasonOf, unreadable } from '../source.ts';
import { type FetchedMessage, messagesBefore } from './batches/fetched-message.ts';
import type { Channel } from './channel.ts';
import type { PullProgress } from './progress.ts';
import { heartbeatInterval } from './session.ts';

export interface DeliveryOptions {
  readonly topic: string;
  /** Most messages to hand over. */
  readonly limit: number;
  /** Throws where packets of this kind end the pull (`OtherSurveyError`). */
  readonly decode: (message: FetchedMessage | KafkaMessage, origin: Origin) => ReadItem;
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
  /** Tells the reader that a partition's offsets, the last included, cannot be read. */
  tellUnreadable(partition: number, first: bigint, last: bigint): Promise<void>;
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
  const decoded = (message: FetchedMessage | KafkaMessage, partition: number): ReadItem | null => {
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
    // All of those before are passed already, unless they could not be asked for: see skip-damage.ts.
    const all = [...messagesBefore(payload.batch), ...messages];
    let items: ReadItem[] = [];
    let last = -1n;
    for (const message of all) {
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
    async tellUnreadable(partition, first, last) {
      const reason = `the log of the broker is damaged: offsets ${first} to ${last} cannot be read`;
      const item = unreadable(reason, { name: topic, kind: 'topic', partition, offset: first.toString() });
      handedOver += 1;
      progress.delivered(partition, last);
      options.onProgress();
      await channel.put(batchOf([item], partition, last));
    },
    isOver: () => isOver,
    end,
  };
}
