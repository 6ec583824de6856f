import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadBatch } from '../source.ts';
import { createChannel } from './channel.ts';
import { explainKafkaError, type KafkaConnection, openKafka } from './connection.ts';
import { createDelivery, type DeliveryOptions } from './delivery.ts';
import { createOffsetCommits } from './offset-commits.ts';
import { createPartitionShare } from './partition-share.ts';
import { createProgress, type PartitionPlan } from './progress.ts';
import { keepSession } from './session-keeper.ts';
import { createDamageSkipper } from './skip-damage.ts';
import { createStallWatch } from './stall-watch.ts';
import type { GroupAndTopic } from './topic-state.ts';

export interface PullOptions
  extends KafkaConnection,
    GroupAndTopic,
    Pick<DeliveryOptions, 'limit' | 'decode'> {
  readonly idleMs: number;
  readonly maxWaitMs: number;
}

const watchInterval = 200;

/**
 * Reads what the plan names, in batches of one partition each, and ends. At most one batch waits while the
 * reader works on another; further fetching waits with it. Offsets are committed by a batch's `stored`.
 */
export async function* pullBatches(
  plan: readonly PartitionPlan[],
  options: PullOptions,
): AsyncGenerator<ReadBatch, void, void> {
  const { topic, limit, decode } = options;
  const onLog = options.onLog ?? (() => {});
  const progress = createProgress(plan);
  const channel = createChannel<ReadBatch>(1);
  const share = createPartitionShare(topic, progress, onLog);
  const commits = createOffsetCommits({
    topic,
    progress,
    share,
    send: (offsets) => keeper.commit(offsets),
    onLog,
  });
  const skipper = createDamageSkipper({ ...options, onLog }, progress, (...range) =>
    delivery.tellUnreadable(...range),
  );
  const watch = createStallWatch({ ...options, onLog }, progress, share.current, () => keeper, skipper);
  const delivery = createDelivery({
    topic,
    limit,
    decode,
    progress,
    channel,
    onProgress: () => {
      keeper.progressed();
      watch.progressed();
    },
    isDone: watch.isDone,
    commit: commits.commit,
  });
  const keeper = keepSession({
    kafka: openKafka(options),
    group: options,
    events: {
      onBatch: delivery.onBatch,
      onAssigned: share.assign,
      onLost: share.lose,
      onFetched: watch.fetched,
      onSkipped: progress.passed,
    },
    onLog,
    onDamage: async () => {
      let isPassed = false;
      for (const partition of progress.pending()) {
        if (!delivery.isOver() && (await skipper.skip(partition))) isPassed = true;
      }
      return isPassed;
    },
    onFatal: (error) => delivery.end(explainKafkaError(error, options, topic)),
  });
  const watching = (async () => {
    while (!delivery.isOver()) {
      await sleep(watchInterval);
      if (channel.isFull()) watch.progressed();
      else if (watch.isDone()) delivery.end();
      else await watch.check().catch(delivery.end);
    }
  })();

  try {
    for (;;) {
      const batch = await channel.take();
      if (batch === undefined) return;
      yield batch;
    }
  } finally {
    delivery.end();
    await commits.commitRest();
    await keeper.close();
    await watching;
  }
}
