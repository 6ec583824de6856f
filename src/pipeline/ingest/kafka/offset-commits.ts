import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../lib/errors.ts';
import type { KafkaLog } from './connection.ts';
import type { PartitionShare } from './partition-share.ts';
import type { PartitionOffset, PullProgress } from './progress.ts';

/** Commits what the reader has stored, and never fails: what cannot go now goes with a later batch. */
export interface OffsetCommits {
  /** False where the broker has not confirmed it. */
  commit(): Promise<boolean>;
  /** At the end of a pull: tries some seconds for what is left. */
  commitRest(): Promise<void>;
}

/** A second apart, at the end of a pull. */
const attempts = 5;

/** @param send throws when the broker has not confirmed the offsets */
export function createOffsetCommits(options: {
  readonly topic: string;
  readonly progress: PullProgress;
  readonly share: PartitionShare;
  readonly send: (offsets: readonly PartitionOffset[]) => Promise<void>;
  readonly onLog: KafkaLog;
}): OffsetCommits {
  const { topic, progress, share, send, onLog } = options;
  let hasFailed = false;

  const commit = async (): Promise<boolean> => {
    // Skip partitions reassigned to another consumer.
    const ours = share.current();
    const offsets = progress.uncommitted().filter(({ partition }) => ours?.has(partition) ?? true);
    if (offsets.length === 0) return true;
    try {
      await send(offsets);
      progress.committed(offsets);
      hasFailed = false;
      return true;
    } catch (error) {
      // The alerts are safe in the store; the offset goes with the next batch's, or is read again.
      const message = `the offsets of "${topic}" cannot be committed yet (${messageOf(error)})`;
      if (!hasFailed) onLog({ level: 'warn', message });
      hasFailed = true;
      return false;
    }
  };

  return {
    commit,
    async commitRest() {
      for (let attempt = 0; attempt < attempts; attempt++) {
        // A partition that is with another member just now may come back in a moment.
        if ((await commit()) && progress.uncommitted().length === 0) return;
        await sleep(1000);
      }
      // What stays with another member is read by that one, and the store recognises it.
      if (!hasFailed) return;
      const message = `what was stored of "${topic}" last could not be committed: it will be read and recognised again`;
      onLog({ level: 'warn', message });
    },
  };
}
