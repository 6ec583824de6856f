import type { KafkaLog } from './connection.ts';
import type { PullProgress } from './progress.ts';

/** The partitions that the group has given to this member. */
export interface PartitionShare {
  /** Null while this is not, or not yet, a member of the group. */
  current(): ReadonlySet<number> | null;
  /** Takes over a new assignment, and says with `seek` where to read on. */
  assign(
    partitions: readonly number[],
    isFirst: boolean,
    seek: (partition: number, offset: bigint) => void,
  ): void;
  /** The session ended: until the next assignment nothing is known. */
  lose(): void;
}

export function createPartitionShare(topic: string, progress: PullProgress, onLog: KafkaLog): PartitionShare {
  let assigned: ReadonlySet<number> | null = null;
  return {
    current: () => assigned,
    assign(partitions, isFirst, seek) {
      if (!isFirst) {
        const which = partitions.length === 0 ? 'none' : partitions.toSorted((a, b) => a - b).join(', ');
        const message = `the group of "${topic}" was rebalanced: partitions read here: ${which}`;
        onLog({ level: 'info', message });
      }
      for (const partition of partitions) {
        const position = progress.seekTo(partition);
        // A partition that comes back from another member is read from where that one committed.
        if (position !== null && (isFirst || assigned?.has(partition))) seek(partition, position);
      }
      assigned = new Set(partitions);
    },
    lose() {
      assigned = null;
    },
  };
}
