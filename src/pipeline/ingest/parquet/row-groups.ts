import { type FileHandle, open } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type ColumnChunk,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet';
import {
  bandFeatureFields,
  bandFeatureRecords,
  candidateFields,
  epochFields,
  stampRecords,
  topFields,
} from '../packet-fields.ts';
import type { PacketRecord } from '../packet-to-alert.ts';
import { createSnappy } from '../snappy.ts';

/** One of a file's row groups; its rows' numbers count from the file's first one. */
export interface RowGroup {
  readonly start: number;
  readonly rows: number;
  /** Rejects when the group cannot be decoded. */
  read(): Promise<PacketRecord[]>;
}

/**
 * A group is decoded on the main thread, in one go: one of this size (some 350 alerts with their cutouts)
 * takes about 50 ms.
 */
const largestGroup = 16 * 1024 * 1024;

/**
 * The row groups of a Parquet file of packets, with the wanted fields only: of the 160 columns of a Fink
 * packet a third is read. Null where the file is not for this reader (groups too large for the main thread,
 * a compression that it does not know), where it has none of a packet's columns, or is no Parquet at all.
 */
export async function openRowGroups(
  path: string,
  options: { stamps: boolean },
): Promise<{ readonly groups: readonly RowGroup[] | null; close(): Promise<void> }> {
  const handle = await open(path);
  try {
    const groups = await rowGroupsOf(await bufferOf(handle), options);
    return { groups, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The number of rows that a Parquet file announces. Rejects when it is none. */
export async function countRows(path: string): Promise<number> {
  const handle = await open(path);
  try {
    return Number((await metadataOf(await bufferOf(handle))).num_rows);
  } finally {
    await handle.close();
  }
}

const metadataOf = (file: AsyncBuffer): Promise<FileMetaData> =>
  parquetMetadataAsync(file, { geoparquet: false });

async function rowGroupsOf(
  file: AsyncBuffer,
  options: { stamps: boolean },
): Promise<readonly RowGroup[] | null> {
  let whole: FileMetaData;
  try {
    whole = await metadataOf(file);
  } catch {
    // The other reader says what is wrong with it.
    return null;
  }
  const metadata = pruned(whole, options);
  const compressors = createCompressors();
  const known = (column: ColumnChunk): boolean => {
    const codec = column.meta_data?.codec;
    return codec !== undefined && (codec === 'UNCOMPRESSED' || codec in compressors);
  };
  const isReadable = metadata.row_groups.every(
    ({ columns, total_byte_size }) =>
      columns.length > 0 && Number(total_byte_size) <= largestGroup && columns.every(known),
  );
  if (!isReadable) return null;
  let start = 0;
  return metadata.row_groups.map((group): RowGroup => {
    const rows = Number(group.num_rows);
    const first = start;
    start += rows;
    return {
      start: first,
      rows,
      read: async () => {
        const records = await parquetReadObjects({
          file,
          metadata,
          rowStart: first,
          rowEnd: first + rows,
          compressors,
          // Only cutouts are bytes: `pruned` marks all else that is bytes as text.
          utf8: false,
          geoparquet: false,
        });
        return records.map(withRecords);
      },
    };
  });
}

const createCompressors = (): Compressors => ({
  SNAPPY: createSnappy(),
  GZIP: (bytes) => gunzipSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
});

/** The metadata of a file that has the wanted columns only: that is all the reader needs to know of it. */
function pruned(metadata: FileMetaData, { stamps }: { stamps: boolean }): FileMetaData {
  const top = new Set(topLevelNames(metadata.schema));
  const hasCandidate = [...top].some((name) => name === 'candidate' || name.startsWith('candidate.'));
  const isWanted = (path: readonly string[]): boolean => {
    const [first = ''] = path;
    const last = path.at(-1) ?? '';
    if (path.length === 1) {
      const [record = '', field] = first.split('.', 2);
      if (field !== undefined) return fieldsOf(record).includes(field);
      return includes(topFields, first) || (!hasCandidate && includes(fieldsOf('candidate'), first));
    }
    if (first === 'prv_candidates') return includes(epochFields, last);
    if (includes(stampRecords, first)) return stamps && last === 'stampData';
    return includes(fieldsOf(first), last);
  };
  return {
    ...metadata,
    schema: prunedSchema(metadata.schema, isWanted),
    row_groups: metadata.row_groups.map((group) => ({
      ...group,
      columns: group.columns.filter((column) => isWanted(column.meta_data?.path_in_schema ?? [])),
    })),
  };
}

const includes = (names: readonly string[], name: string): boolean => names.includes(name);

const fieldsOf = (record: string): readonly string[] => {
  if (record === 'candidate') return [...epochFields, ...candidateFields];
  return includes(bandFeatureRecords, record) ? bandFeatureFields : [];
};

function topLevelNames(schema: readonly SchemaElement[]): string[] {
  const names: string[] = [];
  walk(schema, (element, path) => {
    if (path.length === 1) names.push(element.name);
  });
  return names;
}

/** Calls `visit` for each element below the root, with the names on the way to it. */
function walk(
  schema: readonly SchemaElement[],
  visit: (element: SchemaElement, path: readonly string[]) => void,
): void {
  let at = 1;
  const descend = (children: number, above: readonly string[]): void => {
    for (let child = 0; child < children; child++) {
      const element = schema[at++];
      if (element === undefined) throw new Error('the Parquet schema ends within a record');
      const path = [...above, element.name];
      visit(element, path);
      descend(element.num_children ?? 0, path);
    }
  };
  descend(schema[0]?.num_children ?? 0, []);
}

/** A flattened tree without the leaves that are not wanted, and without branches that have none left. */
function prunedSchema(
  schema: readonly SchemaElement[],
  isWanted: (path: readonly string[]) => boolean,
): SchemaElement[] {
  let at = 0;
  const keep = (above: readonly string[] | null): SchemaElement[] => {
    const element = schema[at++];
    if (element === undefined) throw new Error('the Parquet schema ends within a record');
    const path = above === null ? [] : [...above, element.name];
    const children = element.num_children ?? 0;
    if (children === 0 && above !== null) return isWanted(path) ? [asText(element)] : [];
    const kept: SchemaElement[][] = [];
    for (let child = 0; child < children; child++) kept.push(keep(path));
    const left = kept.filter((one) => one.length > 0);
    if (left.length === 0 && above !== null) return [];
    return [{ ...element, num_children: left.length }, ...left.flat()];
  };
  return keep(null);
}

/** Some writers do not say which of a file's bytes are text; of ours all are but the cutouts. */
const asText = (element: SchemaElement): SchemaElement =>
  element.type === 'BYTE_ARRAY' && element.name !== 'stampData'
    ? { ...element, converted_type: 'UTF8' }
    : element;

/** Columns named `candidate.jd` put into their record. */
function withRecords(row: Record<string, unknown>): PacketRecord {
  const packet: Record<string, unknown> = {};
  const records = new Map<string, Record<string, unknown>>();
  for (const [name, value] of Object.entries(row)) {
    const dot = name.indexOf('.');
    if (dot < 0) {
      packet[name] = value;
      continue;
    }
    const record = records.get(name.slice(0, dot)) ?? {};
    record[name.slice(dot + 1)] = value;
    records.set(name.slice(0, dot), record);
  }
  for (const [name, record] of records) packet[name] ??= record;
  return packet;
}

/** Reads what is asked for from an open file. */
async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const bytes = new Uint8Array(Math.max(0, end - start));
      let got = 0;
      while (got < bytes.length) {
        const { bytesRead } = await handle.read(bytes, got, bytes.length - got, start + got);
        if (bytesRead === 0) throw new Error('the file ends before its data');
        got += bytesRead;
      }
      return bytes.buffer;
    },
  };
}
