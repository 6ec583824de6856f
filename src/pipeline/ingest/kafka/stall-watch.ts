import { isUnreachable, type KafkaConnection, type KafkaLog } from './connection.ts';
import type { PullProgress } from './progress.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { DamageSkipper } from './skip-damage.ts';
import {
  type GroupAndTopic,
  type PartitionState,
  startOffset,
  type TopicState,
  topicState,
} from './topic-state.ts';

export interface StallWatch {
  /** Messages came, or the reader is the one who is slow. */
  progressed(): void;
  /** A fetch was answered, if only with nothing. */
  fetched(): void;
  /** Every partition is at its end, or is given up. */
  isDone(): boolean;
  /**
   * To be called often. When nothing has come for `idleMs` it asks the broker why.
   * @throws if no broker has answered for `maxWaitMs`.
   */
  check(): Promise<void>;
}

/** Times that a partition may be found standing still before the pull goes on without it. */
const patience = 2;
/**
 * How long another member may do nothing with a partition, ms: one that has died keeps it for `sessionTimeout`, and
 * then it is ours.
 */
const othersMs = 25_000;
/** Longer than it may take to join a group of which another member has just died. */
const hangingTime = 90_000;

/**
 * Finds out why a pull stands still, and what to do: messages have expired (go on behind them), another
 * member of the group has the partition (leave it to that one), the broker stumbles over damage in its log (go on
 * behind it), there is nothing to read though offsets say so (leave it to the next pull, committing nothing), the
 * consumer hangs (open another), the broker is away (wait).
 */
export function createStallWatch(
  options: KafkaConnection &
    GroupAndTopic & { readonly idleMs: number; readonly maxWaitMs: number; readonly onLog: KafkaLog },
  progress: PullProgress,
  assigned: () => ReadonlySet<number> | null,
  keeper: () => SessionKeeper,
  skipper: DamageSkipper,
): StallWatch {
  const { topic, onLog } = options;
  const leftAlone = new Set<number>();
  const stalls = new Map<number, { count: number; committed: string | null }>();
  let lastProgress = Date.now();
  let lastCheck = Date.now();
  let lastFetch = Date.now();
  let fetches = 0;

  const pending = (): number[] => progress.pending().filter((partition) => !leftAlone.has(partition));

  const leaveAlone = (partition: number, why: string): void => {
    leftAlone.add(partition);
    onLog({ level: 'warn', message: `partition ${partition} of "${topic}": ${why}` });
  };

  const lookAt = async (state: PartitionState, hasFetched: boolean): Promise<void> => {
    const { partition, low, committed } = state;
    const position = progress.position(partition);
    if (position === null) return;
    if (committed !== null && BigInt(committed) > position && startOffset(state) === BigInt(committed)) {
      // Another member of the group has read and stored it.
      progress.passed(partition, BigInt(committed) - 1n);
      return;
    }
    if (BigInt(low) > position) {
      const lost = `${BigInt(low) - position} messages expired before they were read`;
      onLog({ level: 'warn', message: `partition ${partition} of "${topic}": ${lost}` });
      progress.passed(partition, BigInt(low) - 1n);
      return;
    }
    const ours = assigned();
    // Joining takes a while where another member has just died: the broker waits for that one.
    if (ours === null) return;
    const before = stalls.get(partition) ?? { count: 0, committed };
    const isOthers = !ours.has(partition);
    if (isOthers && before.committed !== committed) {
      stalls.set(partition, { count: 0, committed });
      return;
    }
    if (!isOthers && !hasFetched) return;
    stalls.set(partition, { count: before.count + 1, committed });
    if (before.count + 1 < (isOthers ? Math.max(patience, othersMs / options.idleMs) : patience)) return;
    if (!isOthers && (await skipper.skip(partition))) {
      keeper().restart(`partition ${partition} is read on behind damage`);
      return;
    }
    leaveAlone(
      partition,
      isOthers
        ? 'another member of the group reads it'
        : `the broker sends nothing from offset ${position} on; the next pull tries again`,
    );
  };

  const ask = async (): Promise<TopicState | null> => {
    try {
      return await topicState(options);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      if (Date.now() - lastProgress > options.maxWaitMs) {
        const seconds = Math.round(options.maxWaitMs / 1000);
        const where = options.brokers.join(', ');
        const left = `${progress.left()} messages of "${topic}" are left for the next pull`;
        throw new Error(`no Kafka broker answered at ${where} for ${seconds} s: ${left}`, { cause: error });
      }
      return null;
    }
  };

  return {
    progressed() {
      lastProgress = Date.now();
      stalls.clear();
    },
    fetched() {
      fetches++;
    },
    isDone: () => pending().length === 0,
    async check() {
      const since = Math.max(lastProgress, lastCheck);
      if (Date.now() - since < options.idleMs) return;
      const hasFetched = fetches > 0;
      fetches = 0;
      if (hasFetched) lastFetch = Date.now();
      const state = await ask();
      lastCheck = Date.now();
      if (state === null) return;
      const waiting = new Set(pending());
      for (const partition of state.partitions) {
        if (waiting.has(partition.partition)) await lookAt(partition, hasFetched);
      }
      if (Date.now() - Math.max(lastFetch, lastProgress) > hangingTime) {
        lastFetch = Date.now();
        keeper().restart('the broker answers, but the consumer hangs');
      }
    },
  };
}
