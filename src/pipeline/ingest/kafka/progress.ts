/** What one pull reads of a partition: offsets from `start` up to, not including, `end`. */
export interface PartitionPlan {
  readonly partition: number;
  readonly start: bigint;
  readonly end: bigint;
  /** Whether `start` is where the group goes on by itself; it may be further by the time we are a member. */
  readonly isGroups?: boolean;
}

/** `offset` is the one to read next, as Kafka commits it. */
export interface PartitionOffset {
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * How far a pull has come in each partition. Three marks follow each other: what was read from the broker
 * (`passed`), what was handed to the reader (`delivered`), what the reader has stored (`stored`); only the
 * last one is ever committed. Marks never go back, so that messages which a broker sends again after a
 * rebalance or a lost connection are recognised.
 */
export interface PullProgress {
  /** Whether a message is one of this pull's and has not been handed over yet. */
  wants(partition: number, offset: bigint): boolean;
  delivered(partition: number, offset: bigint): void;
  /** Nothing more comes at or below this offset: messages handed over, or none there (compacted, aborted). */
  passed(partition: number, offset: bigint): void;
  /** The reader has stored everything handed over up to and including this offset. */
  stored(partition: number, offset: bigint): void;
  /** Offset to read next; null for a partition that is not in the plan. */
  position(partition: number): bigint | null;
  /**
   * Offset to ask the broker for: the one to read next, or a later one whose batch begins with it. Null where the
   * group knows better, since another member may have gone on meanwhile, or the partition is not in the plan.
   */
  seekTo(partition: number): bigint | null;
  setAskFrom(partition: number, offset: bigint): void;
  /** The offset that this pull reads up to, without it; null for a partition that is not in the plan. */
  end(partition: number): bigint | null;
  /** Partitions whose end has not been reached. */
  pending(): number[];
  /** Messages still to come, where none are missing. */
  left(): number;
  /** What may be committed and has not been. */
  uncommitted(): PartitionOffset[];
  committed(offsets: readonly PartitionOffset[]): void;
}

interface Marks {
  /** Where the group goes on by itself; null where it does not. */
  readonly start: bigint | null;
  readonly end: bigint;
  askFrom: bigint;
  /** Each the offset after the last one meant. */
  passed: bigint;
  delivered: bigint;
  stored: bigint;
  committed: bigint;
}

export function createProgress(plan: readonly PartitionPlan[]): PullProgress {
  const partitions = new Map<number, Marks>(
    plan.map(({ partition, start, end, isGroups = false }) => [
      partition,
      {
        start: isGroups ? start : null,
        end,
        askFrom: start,
        passed: start,
        delivered: start,
        stored: start,
        committed: start,
      },
    ]),
  );
  const advance = (partition: number, mark: 'passed' | 'delivered' | 'stored', offset: bigint): void => {
    const marks = partitions.get(partition);
    if (marks === undefined) return;
    const next = offset + 1n < marks.end ? offset + 1n : marks.end;
    if (next > marks[mark]) marks[mark] = next;
    if (mark === 'delivered' && next > marks.passed) marks.passed = next;
  };
  /** Where everything handed over is stored, gaps behind it need not be read again either. */
  const committable = (marks: Marks): bigint =>
    marks.stored >= marks.delivered && marks.passed > marks.stored ? marks.passed : marks.stored;

  return {
    wants(partition, offset) {
      const marks = partitions.get(partition);
      return marks !== undefined && offset >= marks.passed && offset < marks.end;
    },
    delivered: (partition, offset) => advance(partition, 'delivered', offset),
    passed: (partition, offset) => advance(partition, 'passed', offset),
    stored: (partition, offset) => advance(partition, 'stored', offset),
    position: (partition) => partitions.get(partition)?.passed ?? null,
    seekTo(partition) {
      const marks = partitions.get(partition);
      if (marks === undefined) return null;
      const place = marks.askFrom > marks.passed ? marks.askFrom : marks.passed;
      return place === marks.start ? null : place;
    },
    setAskFrom(partition, offset) {
      const marks = partitions.get(partition);
      if (marks !== undefined) marks.askFrom = offset;
    },
    end: (partition) => partitions.get(partition)?.end ?? null,
    pending: () =>
      [...partitions].filter(([, { passed, end }]) => passed < end).map(([partition]) => partition),
    left: () => {
      let left = 0;
      for (const { passed, end } of partitions.values()) left += Number(end - passed);
      return left;
    },
    uncommitted: () =>
      [...partitions].flatMap(([partition, marks]) => {
        const offset = committable(marks);
        return offset > marks.committed ? [{ partition, offset }] : [];
      }),
    committed(offsets) {
      for (const { partition, offset } of offsets) {
        const marks = partitions.get(partition);
        if (marks !== undefined && offset > marks.committed) marks.committed = offset;
      }
    },
  };
}
