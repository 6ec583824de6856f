import pl from 'nodejs-polars';
import { packetToAlert } from './packet-to-alert.ts';
import { type Layout, layoutOf } from './parquet/layout.ts';
import { packetsOf } from './parquet/packets.ts';
import type { ReadItem } from './source.ts';

/** Rows that are in memory together: with cutouts some 15 MB. */
const chunkRows = 256;
/** Rows turned into JavaScript values together, so that the main thread is never busy for long. */
const sliceRows = 32;

/**
 * The packets of a Parquet file as Fink's data-transfer client and Fink's tables write them: `candidate` a
 * struct (or its fields as columns of their own, `candidate.jd` or `jd`), `prv_candidates` a list of
 * structs, the cutouts structs with `stampData`. polars reads some hundred rows at a time, off the main
 * thread; a piece that it cannot read becomes one `unreadable` item. `origin.position` is the row, from 0.
 */
export async function* readParquetFile(
  path: string,
  options: { stamps: boolean },
): AsyncGenerator<ReadItem, void, void> {
  const unreadable = (reason: string, position: number): ReadItem => ({
    kind: 'unreadable',
    reason,
    origin: { name: path, kind: 'file', position },
    bytes: null,
    key: null,
  });
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
      const rows = await countParquetFile(path);
      isLast = start + chunkRows >= rows;
      const last = Math.min(start + chunkRows, rows) - 1;
      yield unreadable(`rows ${start} to ${last} cannot be read: ${reasonOf(error)}`, start);
      continue;
    }
    isLast = chunk.height < chunkRows;
    for (let from = 0; from < chunk.height; from += sliceRows) {
      const slice = chunk.slice(from, Math.min(sliceRows, chunk.height - from));
      for (const [index, packet] of packetsOf(slice, layout).entries()) {
        const position = start + from + index;
        try {
          const alert = packetToAlert(packet);
          yield { kind: 'alert', alert, origin: { name: path, kind: 'file', position } };
        } catch (error) {
          yield unreadable(reasonOf(error), position);
        }
      }
    }
  }
}

/** The number of rows of a Parquet file. Rejects when it is none. */
export async function countParquetFile(path: string): Promise<number> {
  const frame = await pl.scanParquet(path).select(pl.len().alias('rows')).collect();
  return Number(frame.getColumn('rows').get(0));
}

/** polars adds its whole query plan to an error. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
