import pl from 'nodejs-polars';
import {
  bandFeatureFields,
  bandFeatureRecords,
  candidateFields,
  epochFields,
  stampRecords,
  topFields,
} from './packet-fields.ts';
import { type PacketRecord, packetToAlert } from './packet-to-alert.ts';
import type { ReadItem } from './source.ts';

/** Rows that are in memory together: with cutouts some 15 MB. */
const chunkRows = 256;
/** Rows turned into JavaScript values together, so that the main thread is never busy for long. */
const sliceRows = 32;

/** Where a file keeps the wanted fields of a record such as `candidate`. */
interface RecordPlace {
  readonly record: string;
  /** A column of structs, or the fields as columns named `candidate.jd`. */
  readonly kind: 'struct' | 'dotted';
  readonly fields: readonly string[];
}

/** Which of the wanted columns and fields a file has. */
interface Layout {
  readonly top: readonly string[];
  readonly records: readonly RecordPlace[];
  /** The fields of the structs in the lists of prv_candidates. */
  readonly history: readonly string[];
  readonly stamps: readonly string[];
  /** What to read from the file; polars' expressions are dear to build, so they are built once. */
  readonly selection: readonly pl.Expr[];
}

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
  let rows: number;
  try {
    rows = await countParquetFile(path);
    layout = layoutOf(await pl.scanParquet(path).slice(0, 0).collect(), options);
  } catch (error) {
    yield unreadable(`the file cannot be read as Parquet: ${reasonOf(error)}`, 0);
    return;
  }

  for (let start = 0; start < rows; start += chunkRows) {
    let chunk: pl.DataFrame;
    try {
      chunk = await pl
        .scanParquet(path)
        .slice(start, chunkRows)
        .select(...layout.selection)
        .collect();
    } catch (error) {
      const last = Math.min(start + chunkRows, rows) - 1;
      yield unreadable(`rows ${start} to ${last} cannot be read: ${reasonOf(error)}`, start);
      continue;
    }
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

function layoutOf(empty: pl.DataFrame, options: { stamps: boolean }): Layout {
  const present = new Set(empty.columns);
  const placeOf = (record: string, fields: readonly string[]): RecordPlace[] => {
    const inside = structFields(empty, record);
    const inStruct = fields.filter((field) => inside.has(field));
    if (inStruct.length > 0) return [{ record, kind: 'struct', fields: inStruct }];
    const dotted = fields.filter((field) => present.has(`${record}.${field}`));
    return dotted.length > 0 ? [{ record, kind: 'dotted', fields: dotted }] : [];
  };
  const records = [
    ...placeOf('candidate', [...epochFields, ...candidateFields]),
    ...bandFeatureRecords.flatMap((record) => placeOf(record, bandFeatureFields)),
  ];
  const flattened = records.some(({ record }) => record === 'candidate')
    ? []
    : [...epochFields, ...candidateFields];
  const top = [...new Set([...topFields, ...flattened])].filter((field) => present.has(field));
  const exploded = present.has('prv_candidates')
    ? empty.select('prv_candidates').explode('prv_candidates')
    : empty;
  const inHistory = structFields(exploded, 'prv_candidates');
  const history = epochFields.filter((field) => inHistory.has(field));
  const stamps = options.stamps
    ? stampRecords.filter((record) => structFields(empty, record).has('stampData'))
    : [];
  const selection = [
    // A candid does not fit into a JavaScript number: as text it keeps every digit.
    ...top.map((field) => (field === 'candid' ? pl.col(field).cast(pl.Utf8) : pl.col(field))),
    ...records.flatMap(({ record, kind, fields }) =>
      kind === 'struct' ? [pl.col(record)] : fields.map((field) => pl.col(`${record}.${field}`)),
    ),
    ...(history.length > 0 ? [pl.col('prv_candidates')] : []),
    // polars cannot hand over bytes to JavaScript; a list of 8-bit numbers it can.
    ...stamps.flatMap((record) => {
      const bytes = pl.col(record).struct.field('stampData').cast(pl.List(pl.UInt8));
      return [bytes.alias(record), bytes.lst.lengths().alias(sizeColumn(record))];
    }),
  ];
  return { top, records, history, stamps, selection };
}

/** The fields of a column of structs; none where the column is not there or is something else. */
function structFields(empty: pl.DataFrame, column: string): ReadonlySet<string> {
  if (!empty.columns.includes(column)) return new Set();
  try {
    return new Set(empty.select(column).unnest(column).columns);
  } catch {
    // A file may keep something else under that name (all rows null, say): then it has none of the fields.
    return new Set();
  }
}

function packetsOf(slice: pl.DataFrame, layout: Layout): PacketRecord[] {
  const packets = slice.select(...layout.top).toRecords();
  for (const { record, kind, fields } of layout.records) {
    const rows =
      kind === 'struct'
        ? slice
            .select(record)
            .unnest(record)
            .select(...fields)
            .toRecords()
        : withoutPrefix(slice.select(...fields.map((field) => `${record}.${field}`)).toRecords(), record);
    rows.forEach((row, index) => {
      put(packets[index], record, row);
    });
  }
  if (layout.history.length > 0) putHistory(packets, slice, layout.history);
  for (const record of layout.stamps) {
    stampsOf(slice, record).forEach((stampData, index) => {
      put(packets[index], record, { stampData });
    });
  }
  return packets;
}

function put(packet: Record<string, unknown> | undefined, field: string, value: unknown): void {
  if (packet !== undefined) packet[field] = value;
}

const withoutPrefix = (rows: readonly Record<string, unknown>[], record: string): Record<string, unknown>[] =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name.slice(record.length + 1), value])),
  );

/** polars cannot hand over lists of structs either: they become rows, each with its packet's index. */
function putHistory(
  packets: readonly Record<string, unknown>[],
  slice: pl.DataFrame,
  fields: readonly string[],
): void {
  const histories: Record<string, unknown>[][] = packets.map(() => []);
  const entries = slice
    .select('prv_candidates')
    .withRowIndex('packet')
    .explode('prv_candidates')
    .unnest('prv_candidates')
    .select('packet', ...fields)
    .toRecords();
  for (const entry of entries) histories[Number(entry.packet)]?.push(entry);
  packets.forEach((packet, index) => {
    put(packet, 'prv_candidates', histories[index]);
  });
}

const sizeColumn = (record: string): string => `${record} bytes`;

/** The rows' cutouts, cut from one run of bytes: a list's own conversion takes two milliseconds a row. */
function stampsOf(slice: pl.DataFrame, record: string): (Uint8Array | null)[] {
  const sizes = slice
    .select(sizeColumn(record))
    .toRecords()
    .map((row: Record<string, unknown>) => row[sizeColumn(record)]);
  if (!sizes.some(isPositive)) return sizes.map(() => null);
  const run = slice.getColumn(record).explode();
  // A row without a cutout leaves one null in the run.
  const bytes: unknown = (sizes.every(isPositive) ? run : run.dropNulls()).toTypedArray();
  let at = 0;
  return sizes.map((size) => {
    if (!(bytes instanceof Uint8Array) || !isPositive(size)) return null;
    at += size;
    return bytes.slice(at - size, at);
  });
}

const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0;

/** polars adds its whole query plan to an error. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
