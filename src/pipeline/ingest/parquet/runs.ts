import type { Compressors, DecodedArray } from 'hyparquet';
import type { PacketRecord } from '../packet-to-alert.ts';
import type { ReadAt } from '../read-at.ts';
import { type ColumnRows, columnRows, Damaged } from './column-rows.ts';
import type { RowGroup } from './footer.ts';
import { packetsOf } from './packets.ts';
import type { Columns } from './wanted-columns.ts';

/** Consecutive rows of a row group; `row` is the first one's place in it. */
export type Run =
  | { readonly kind: 'packets'; readonly row: number; readonly packets: readonly PacketRecord[] }
  | DamagedRun;

interface DamagedRun {
  readonly kind: 'damaged';
  readonly row: number;
  readonly count: number;
  readonly reason: string;
}

export interface ReadingContext {
  /** Gives each column what it reads the file with. */
  readonly read: () => ReadAt;
  readonly codecs: Compressors;
  /** Awaited before each page, so that other work gets its turn. */
  readonly pause: () => Promise<void>;
}

/** Rows made into packets together: less than a millisecond's work each. */
const sliceRows = 32;

/** A row group's rows in their order. A row of which one wanted column cannot be read is damaged. */
export async function* runsOf(
  group: RowGroup,
  columns: Columns,
  context: ReadingContext,
): AsyncGenerator<Run, void, void> {
  const readers = columns.leaves.map((leaf): readonly [string, ColumnRows] => {
    const chunk = group.chunks.get(leaf.key);
    if (chunk === undefined) return [leaf.key, absent(leaf.key)];
    return [leaf.key, columnRows(leaf, chunk, context.read(), context.codecs, context.pause)];
  });
  let damaged: DamagedRun | null = null;
  for (let start = 0; start < group.rows; start += sliceRows) {
    const count = Math.min(sliceRows, group.rows - start);
    const values = new Map<string, unknown[]>();
    for (const [key, reader] of readers) values.set(key, await reader.take(count));
    const reasons = reasonsOf(values, count);
    for (let from = 0; from < count; ) {
      const reason = reasons[from] ?? null;
      let to = from + 1;
      while (to < count && (reasons[to] ?? null) === reason) to++;
      const row = start + from;
      if (damaged !== null && damaged.reason !== reason) {
        yield damaged;
        damaged = null;
      }
      if (reason === null) {
        yield { kind: 'packets', row, packets: packetsOf(columns.top, sliceOf(values, from, to), to - from) };
      } else {
        const first: number = damaged?.row ?? row;
        damaged = { kind: 'damaged', row: first, count: start + to - first, reason };
      }
      from = to;
    }
  }
  if (damaged !== null) yield damaged;
}

const absent = (key: string): ColumnRows => ({
  take: async (count) => Array.from({ length: count }, () => new Damaged(`there is no column ${key}`)),
});

/** Why each of the rows cannot be read; null for those that can. */
function reasonsOf(values: ReadonlyMap<string, readonly unknown[]>, count: number): (string | null)[] {
  const reasons = Array.from({ length: count }, (): string | null => null);
  for (const column of values.values()) {
    for (const [row, value] of column.entries()) {
      if (value instanceof Damaged) reasons[row] ??= value.reason;
    }
  }
  return reasons;
}

const sliceOf = (
  values: ReadonlyMap<string, unknown[]>,
  from: number,
  to: number,
): ReadonlyMap<string, DecodedArray> =>
  new Map(Array.from(values, ([key, column]) => [key, column.slice(from, to)]));
