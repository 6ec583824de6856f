import type { Compressors, DecodedArray } from 'hyparquet';
import type { PacketRecord } from '../packet-to-alert.ts';
import type { ReadAt } from '../read-at.ts';
import { type ColumnRows, columnRows, Damaged } from './column-rows.ts';
import type { RowGroup } from './footer.ts';
import { packetsOf } from './packets.ts';
import type { FileBudget } from './page-decoder.ts';
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
  /** Gives each column what it reads the file with, by its bytes in the row group. */
  readonly read: (size: number) => ReadAt;
  readonly codecs: Compressors;
  readonly budget: FileBudget;
  /** Awaited before each page, so that other work gets its turn. */
  readonly pause: () => Promise<void>;
}

/** Rows made into packets together: less than a millisecond's work each. */
const SLICE_ROWS = 32;

/** A row group's rows in their order. A row of which one wanted column cannot be read is damaged. */
export async function* runsOf(
  group: RowGroup,
  columns: Columns,
  context: ReadingContext,
): AsyncGenerator<Run, void, void> {
  const readers = columns.leaves.map((leaf): readonly [string, ColumnRows] => {
    const chunk = group.chunks.get(leaf.key);
    if (chunk === undefined) return [leaf.key, absent(leaf.key)];
    const { read, codecs, budget, pause } = context;
    return [leaf.key, columnRows(leaf, chunk, read(chunk.end - chunk.start), codecs, budget, pause)];
  });
  let damaged: DamagedRun | null = null;
  for (let start = 0; start < group.rows; start += SLICE_ROWS) {
    const lost = firstLost(readers);
    if (lost !== null) {
      // Not row by row: a damaged footer may claim any number of them.
      if (damaged !== null && damaged.reason !== lost.reason) yield damaged;
      const row: number = damaged?.reason === lost.reason ? damaged.row : start;
      yield { kind: 'damaged', row, count: group.rows - row, reason: lost.reason };
      return;
    }
    const count = Math.min(SLICE_ROWS, group.rows - start);
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

function absent(key: string): ColumnRows {
  const damaged = new Damaged(`there is no column ${key}`);
  return { take: async (count) => Array.from({ length: count }, () => damaged), lost: () => damaged };
}

/** Why the rest of a row group cannot be read: a row needs all of its columns. */
function firstLost(readers: readonly (readonly [string, ColumnRows])[]): Damaged | null {
  for (const [, reader] of readers) {
    const lost = reader.lost();
    if (lost !== null) return lost;
  }
  return null;
}

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
