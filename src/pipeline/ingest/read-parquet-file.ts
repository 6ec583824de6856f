import pl from 'nodejs-polars';
import { type PacketRecord, packetToAlert } from './packet-to-alert.ts';
import { type Layout, layoutOf } from './parquet/layout.ts';
import { packetsOf } from './parquet/packets.ts';
import { countRows, openRowGroups, type RowGroup } from './parquet/row-groups.ts';
import type { ReadItem } from './source.ts';

/** Rows that are in memory together: with cutouts some 15 MB. */
const chunkRows = 256;
/** Rows turned into JavaScript values together, so that the main thread is never busy for long. */
const sliceRows = 32;

/**
 * The packets of a Parquet file as Fink's data-transfer client and Fink's tables write them: `candidate` a
 * struct (or its fields as columns of their own, `candidate.jd` or `jd`), `prv_candidates` a list of
 * structs, the cutouts structs with `stampData`. What cannot be read becomes an `unreadable` item for its
 * piece of the file. `origin.position` is the row, from 0.
 *
 * Files of small row groups are read by hyparquet: polars takes some 70 ms for a file of a hundred columns,
 * whatever is in it. The others are polars' work, which reads some hundred rows at a time, off the main thread.
 */
export async function* readParquetFile(
  path: string,
  options: { stamps: boolean },
): AsyncGenerator<ReadItem, void, void> {
  const file = await openRowGroups(path, options);
  try {
    yield* file.groups === null ? readWithPolars(path, options) : readGroups(path, file.groups);
  } finally {
    await file.close();
  }
}

const unreadableAt =
  (path: string) =>
  (reason: string, position: number): ReadItem => ({
    kind: 'unreadable',
    reason,
    origin: { name: path, kind: 'file', position },
    bytes: null,
    key: null,
  });

/** The alert of one row, or why there is none. */
const itemOf = (path: string, packet: PacketRecord, position: number): ReadItem => {
  try {
    return { kind: 'alert', alert: packetToAlert(packet), origin: { name: path, kind: 'file', position } };
  } catch (error) {
    return unreadableAt(path)(reasonOf(error), position);
  }
};

async function* readGroups(path: string, groups: readonly RowGroup[]): AsyncGenerator<ReadItem, void, void> {
  for (const { start, rows, read } of groups) {
    let packets: readonly PacketRecord[];
    try {
      packets = await read();
    } catch (error) {
      const reason = `rows ${start} to ${start + rows - 1} cannot be read: ${reasonOf(error)}`;
      yield unreadableAt(path)(reason, start);
      continue;
    }
    for (const [index, packet] of packets.entries()) yield itemOf(path, packet, start + index);
  }
}

async function* readWithPolars(
  path: string,
  options: { stamps: boolean },
): AsyncGenerator<ReadItem, void, void> {
  const unreadable = unreadableAt(path);
  let layout: Layout;
  try {
    layout = layoutOf(await pl.scanParquet(path).slice(0, 0).collect(), options);
  } catch (error) {
    yield unreadable(`the file cannot be read as Parquet: ${reasonOf(error)}`, 0);
    return;
  }
  if (layout.selection.length === 0) {
    yield unreadable('the file has none of the columns of a packet', 0);
    return;
  }

  for (let start = 0, isLast = false; !isLast; start += chunkRows) {
    let chunk: pl.DataFrame;
    try {
      chunk = await pl
        .scanParquet(path)
        .slice(start, chunkRows)
        .select(...layout.selection)
        .collect();
    } catch (error) {
      const rows = await countRows(path);
      isLast = start + chunkRows >= rows;
      const last = Math.min(start + chunkRows, rows) - 1;
      yield unreadable(`rows ${start} to ${last} cannot be read: ${reasonOf(error)}`, start);
      continue;
    }
    isLast = chunk.height < chunkRows;
    for (let from = 0; from < chunk.height; from += sliceRows) {
      const slice = chunk.slice(from, Math.min(sliceRows, chunk.height - from));
      for (const [index, packet] of packetsOf(slice, layout).entries()) {
        yield itemOf(path, packet, start + from + index);
      }
    }
  }
}

/** polars adds its whole query plan to an error. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
